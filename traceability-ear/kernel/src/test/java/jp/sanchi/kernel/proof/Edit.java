package jp.sanchi.kernel.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import jp.sanchi.kernel.event.Json;

/** Changes one value inside JSON: names and indexes lead to it. */
final class Edit {
  private Edit() {}

  static Json.Obj at(Json.Obj root, UnaryOperator<Json> change, Object... path) {
    return (Json.Obj) change(root, change, List.of(path));
  }

  static Json.Obj set(Json.Obj root, Object value, Object... path) {
    return at(root, any -> Json.array(value).get(0), path);
  }

  /** Another list of the same items. */
  static Json.Obj items(Json.Obj root, UnaryOperator<List<Json>> change, Object... path) {
    return at(
        root, list -> new Json.Arr(change.apply(new ArrayList<>(((Json.Arr) list).items()))), path);
  }

  private static Json change(Json value, UnaryOperator<Json> change, List<Object> path) {
    if (path.isEmpty()) {
      return change.apply(value);
    }
    List<Object> rest = path.subList(1, path.size());
    if (path.get(0) instanceof String name) {
      Json.Obj object = (Json.Obj) value;
      return object.with(name, change(object.get(name), change, rest));
    }
    int index = (Integer) path.get(0);
    List<Json> items = new ArrayList<>(((Json.Arr) value).items());
    items.set(index, change(items.get(index), change, rest));
    return new Json.Arr(items);
  }

  static List<Json> swapFirstTwo(List<Json> items) {
    Json first = items.get(0);
    items.set(0, items.get(1));
    items.set(1, first);
    return items;
  }

  static List<Json> twice(List<Json> items) {
    items.add(1, items.get(0));
    return items;
  }
}
