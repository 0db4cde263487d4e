package jp.sanchi.server.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Rules;

/**
 * Splits a queue of events into lanes that may go to the ledger side by side: whatever has to do
 * with one another stays in one lane, in its order. Two events have to do with one another when one
 * appends to what the other's judgement reads, or one key signed both.
 */
final class Lanes {
  private Lanes() {}

  /**
   * The indexes of the events, ascending within each lane.
   *
   * @param events compact JWSs, in the order in which they were captured
   * @param most the most lanes
   */
  static List<List<Integer>> of(List<String> events, int most, ParsedEvents parsed) {
    if (most == 1) {
      return List.of(java.util.stream.IntStream.range(0, events.size()).boxed().toList());
    }
    List<TraceEvent> read = events.stream().map(jws -> read(jws, parsed)).toList();
    Set<String> written = new HashSet<>();
    for (TraceEvent event : read) {
      written.addAll(writes(event));
    }
    int[] parent = new int[events.size()];
    for (int i = 0; i < parent.length; i++) {
      parent[i] = i;
    }
    Map<String, Integer> last = new HashMap<>();
    for (int i = 0; i < parent.length; i++) {
      TraceEvent event = read.get(i);
      if (event == null) {
        continue;
      }
      for (String key : Rules.reads(event)) {
        if (written.contains(key)) {
          join(parent, last, key, i);
        }
      }
      join(parent, last, "signed by " + event.jws().kid(), i);
    }
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < parent.length; i++) {
      groups.computeIfAbsent(root(parent, i), none -> new ArrayList<>()).add(i);
    }
    return balanced(groups.values(), Math.min(most, groups.size()));
  }

  private static List<List<Integer>> balanced(Collection<List<Integer>> groups, int lanes) {
    // Small lanes first; the largest group goes first, so that the others even out what it leaves
    PriorityQueue<List<Integer>> fill = new PriorityQueue<>(Comparator.comparingInt(List::size));
    for (int i = 0; i < lanes; i++) {
      fill.add(new ArrayList<>());
    }
    List<List<Integer>> largest = new ArrayList<>(groups);
    largest.sort(Comparator.comparingInt((List<Integer> group) -> group.size()).reversed());
    for (List<Integer> group : largest) {
      List<Integer> lane = fill.poll();
      lane.addAll(group);
      fill.add(lane);
    }
    List<List<Integer>> all = new ArrayList<>(fill);
    all.removeIf(List::isEmpty);
    all.forEach(lane -> lane.sort(null));
    return all;
  }

  private static void join(int[] parent, Map<String, Integer> last, String key, int i) {
    Integer before = last.put(key, i);
    if (before != null) {
      parent[root(parent, i)] = root(parent, before);
    }
  }

  private static int root(int[] parent, int i) {
    int at = i;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /** The keys, as {@link Rules#reads} names them, that an event changes for others. */
  private static List<String> writes(TraceEvent event) {
    if (event == null) {
      return List.of();
    }
    List<String> keys = new ArrayList<>();
    keys.add("event/" + event.id());
    event.subjects().forEach(subject -> keys.add("subject/" + subject));
    return keys;
  }

  /** Null for what the ledger will refuse anyway. */
  private static TraceEvent read(String compact, ParsedEvents parsed) {
    try {
      return parsed.readKnown(compact);
    } catch (MalformedEvent e) {
      return null;
    }
  }
}
