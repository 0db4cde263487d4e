package jp.sanchi.server.lots;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.server.bundles.Histories;

/** Which events lost devices may have signed, as the revocations of their keys say. */
final class Suspects {
  private static final String KEY = "key/";

  private final Histories histories;

  Suspects(Histories histories) {
    this.histories = histories;
  }

  /** Milliseconds since 1970, by kid; keys that are believed are not among them. */
  private Map<String, Long> since(Collection<String> kids) {
    Set<String> subjects = kids.stream().map(KEY::concat).collect(Collectors.toSet());
    Map<String, Long> since = new TreeMap<>();
    histories
        .standings(subjects)
        .forEach(
            (subject, history) ->
                history.stream()
                    .filter(entry -> entry.is("device_revoked"))
                    .map(entry -> entry.event().text("sanchi:suspectSince"))
                    .filter(text -> text != null)
                    .mapToLong(IsoTime::parse)
                    .min()
                    .ifPresent(time -> since.put(subject.substring(KEY.length()), time)));
    return since;
  }

  /** The ids of those events that customers are told to doubt. */
  Set<String> among(List<Standing> events) {
    Map<String, Long> since =
        since(events.stream().map(one -> one.event().jws().kid()).collect(Collectors.toSet()));
    return events.stream()
        .filter(one -> one.event().organisation() != null)
        .filter(
            one -> since.getOrDefault(one.event().jws().kid(), Long.MAX_VALUE) <= one.recordTime())
        .map(one -> one.event().id())
        .collect(Collectors.toSet());
  }
}
