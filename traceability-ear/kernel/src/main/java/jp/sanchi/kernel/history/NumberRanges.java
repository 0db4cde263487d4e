package jp.sanchi.kernel.history;

import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Json;

/**
 * A set of label numbers as ascending, disjoint ranges with gaps between them, so that equal sets
 * have equal bytes. Both ends of a range belong to it.
 */
record NumberRanges(List<Range> ranges) {
  static final NumberRanges NONE = new NumberRanges(List.of());

  record Range(int first, int last) {}

  NumberRanges {
    ranges = List.copyOf(ranges);
  }

  boolean meets(int first, int last) {
    for (Range range : ranges) {
      if (range.first <= last && first <= range.last) {
        return true;
      }
    }
    return false;
  }

  boolean covers(int first, int last) {
    for (Range range : ranges) {
      if (range.first <= first && last <= range.last) {
        return true;
      }
    }
    return false;
  }

  NumberRanges with(int first, int last) {
    List<Range> joined = new ArrayList<>();
    int from = first;
    int to = last;
    int at = 0;
    for (Range range : ranges) {
      if (range.last < first - 1) {
        joined.add(range);
        at = joined.size();
      } else if (range.first > last + 1) {
        joined.add(range);
      } else {
        from = Math.min(from, range.first);
        to = Math.max(to, range.last);
      }
    }
    joined.add(at, new Range(from, to));
    return new NumberRanges(joined);
  }

  NumberRanges without(int first, int last) {
    List<Range> left = new ArrayList<>();
    for (Range range : ranges) {
      if (range.first < first) {
        left.add(new Range(range.first, Math.min(range.last, first - 1)));
      }
      if (range.last > last) {
        left.add(new Range(Math.max(range.first, last + 1), range.last));
      }
    }
    return new NumberRanges(left);
  }

  static NumberRanges read(Json.Arr pairs) {
    List<Range> ranges = new ArrayList<>();
    for (Json item : pairs.items()) {
      Json.Arr pair = (Json.Arr) item;
      ranges.add(new Range(number(pair.get(0)), number(pair.get(1))));
    }
    return new NumberRanges(ranges);
  }

  Json.Arr toJson() {
    return Json.array(ranges.stream().map(range -> Json.array(range.first, range.last)).toArray());
  }

  private static int number(Json value) {
    return (int) ((Json.Num) value).longValue();
  }
}
