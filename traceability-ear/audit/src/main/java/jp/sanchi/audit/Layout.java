package jp.sanchi.audit;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.audit.Finding.Region;

/** Where the parts of a block stand in its bytes, as far as these can be followed at all. */
final class Layout {
  private static final int HEADER = 1;
  private static final int DATA = 2;
  private static final int METADATA = 3;

  private final int length;
  private Region header;
  private Region data;
  private Region metadata;
  private final List<Region> entries = new ArrayList<>();
  private final List<Region> metadataEntries = new ArrayList<>();
  private Region broken;

  private Layout(byte[] block) {
    this.length = block.length;
  }

  static Layout of(byte[] block) {
    Layout layout = new Layout(block);
    CodedInputStream in = CodedInputStream.newInstance(block);
    int at = 0;
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int start = at;
        if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          in.skipField(tag);
        } else {
          int size = in.readRawVarint32();
          int from = in.getTotalBytesRead();
          in.skipRawBytes(size);
          layout.part(WireFormat.getTagFieldNumber(tag), block, new Region(from, from + size));
        }
        at = in.getTotalBytesRead();
        layout.broken = new Region(start, at);
      }
      layout.broken = null;
    } catch (IOException e) {
      layout.broken = new Region(at, block.length);
    }
    return layout;
  }

  private void part(int field, byte[] block, Region region) throws IOException {
    switch (field) {
      case HEADER -> header = region;
      case DATA -> {
        data = region;
        list(block, region, entries);
      }
      case METADATA -> {
        metadata = region;
        list(block, region, metadataEntries);
      }
      default -> {
        // Belongs to no block
      }
    }
  }

  private static void list(byte[] block, Region within, List<Region> into) throws IOException {
    CodedInputStream in =
        CodedInputStream.newInstance(block, within.from(), within.to() - within.from());
    int start = within.from();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        in.skipField(tag);
      } else {
        in.skipRawBytes(in.readRawVarint32());
        into.add(new Region(start, within.from() + in.getTotalBytesRead()));
      }
      start = within.from() + in.getTotalBytesRead();
    }
  }

  Region whole() {
    return new Region(0, length);
  }

  Region header() {
    return header;
  }

  Region data() {
    return data;
  }

  Region metadata() {
    return metadata;
  }

  /** From where on the bytes can't be followed; null if they can. */
  Region broken() {
    return broken;
  }

  /** Of the data entry with this number, its tag and length included; or null. */
  Region entry(int number) {
    return number < entries.size() ? entries.get(number) : null;
  }

  /** Of the metadata entry with this number, its tag and length included; or null. */
  Region metadata(int number) {
    return number < metadataEntries.size() ? metadataEntries.get(number) : null;
  }
}
