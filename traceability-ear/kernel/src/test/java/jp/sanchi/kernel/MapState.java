package jp.sanchi.kernel;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import jp.sanchi.kernel.history.WorldState;

/** A world state in a map, which counts how often it is asked. */
public final class MapState implements WorldState {
  public final TreeMap<String, byte[]> values = new TreeMap<>();
  public int loads;
  public int puts;

  @Override
  public Map<String, byte[]> load(Collection<String> keys) {
    loads++;
    var found = new TreeMap<String, byte[]>();
    for (String key : keys) {
      if (values.containsKey(key)) {
        found.put(key, values.get(key).clone());
      }
    }
    return found;
  }

  @Override
  public void put(Map<String, byte[]> writes) {
    puts++;
    values.putAll(writes);
  }

  public MapState copy() {
    var copy = new MapState();
    copy.values.putAll(values);
    return copy;
  }
}
