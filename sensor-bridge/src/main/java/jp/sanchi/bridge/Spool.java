package jp.sanchi.bridge;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * An append-only journal in segment files. A record is u32 length ‖ u32 CRC-32C ‖ bytes. What
 * {@link #append} promised is on the disk (fsync, one for all that wait). After a kill the last
 * segment may end in a torn record; it is cut off there, and kept beside as {@code .torn}, since no
 * more than what was never promised can be in it.
 */
final class Spool implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Spool.class.getName());
  private static final int HEADER = 8;
  private static final int LONGEST_RECORD = 1 << 20;
  private static final int MOST_AT_ONCE = 1 << 20;

  private final Path folder;
  private final long segmentBytes;
  private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final Thread writer;
  private FileChannel channel;
  private volatile long segment;
  private volatile IOException broken;

  private record Waiting(byte[] bytes, CompletableFuture<Long> written) {}

  /** Takes what is in the journal, in its order. */
  interface Reader {
    void record(long segment, byte[] bytes);
  }

  private Spool(Path folder, long segmentBytes, long segment) {
    this.folder = folder;
    this.segmentBytes = segmentBytes;
    this.segment = segment;
    this.writer = new Thread(this::write, "spool");
  }

  /**
   * Reads what is there, and goes on behind it in a segment of its own.
   *
   * @param segmentBytes from this size on a new segment begins
   * @throws IOException also where a segment that was whole is damaged: then people must look
   */
  static Spool open(Path folder, long segmentBytes, Reader reader) throws IOException {
    Files.createDirectories(folder);
    List<Long> segments = segments(folder);
    for (int i = 0; i < segments.size(); i++) {
      long number = segments.get(i);
      Path file = file(folder, number);
      byte[] bytes = Files.readAllBytes(file);
      int good = read(bytes, record -> reader.record(number, record));
      if (good < bytes.length) {
        if (i < segments.size() - 1) {
          throw new IOException(file + " is damaged at byte " + good);
        }
        cut(file, bytes, good);
      }
    }
    long last = segments.isEmpty() ? 0 : segments.get(segments.size() - 1);
    Spool spool = new Spool(folder, segmentBytes, last);
    spool.next();
    spool.writer.start();
    return spool;
  }

  private static List<Long> segments(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9]{12}\\.spool"))
          .map(name -> Long.parseLong(name.substring(0, 12)))
          .sorted()
          .toList();
    }
  }

  private static Path file(Path folder, long number) {
    return folder.resolve(String.format("%012d.spool", number));
  }

  /** Returns how many bytes are whole records. */
  static int read(byte[] bytes, java.util.function.Consumer<byte[]> reader) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.remaining() >= HEADER) {
      in.mark();
      int length = in.getInt();
      int checksum = in.getInt();
      if (length < 1 || length > LONGEST_RECORD || length > in.remaining()) {
        in.reset();
        break;
      }
      byte[] record = new byte[length];
      in.get(record);
      if (checksum(record) != checksum) {
        in.reset();
        break;
      }
      reader.accept(record);
    }
    return in.position();
  }

  private static void cut(Path file, byte[] bytes, int good) throws IOException {
    LOG.log(Level.WARNING, file + " ends in a torn record; cut at byte " + good);
    Path torn = file.resolveSibling(file.getFileName() + ".torn");
    Files.write(torn, java.util.Arrays.copyOfRange(bytes, good, bytes.length));
    try (FileChannel whole = FileChannel.open(file, StandardOpenOption.WRITE)) {
      whole.truncate(good);
      whole.force(true);
    }
  }

  private static int checksum(byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(record);
    return (int) crc.getValue();
  }

  private static void put(ByteBuffer into, byte[] record) {
    into.putInt(record.length).putInt(checksum(record)).put(record);
  }

  /**
   * Queues a record. Records are written in the order of these calls.
   *
   * @return completes with the number of its segment when it is on the disk; fails when the disk
   *     does, and then for ever
   */
  CompletableFuture<Long> append(byte[] record) {
    if (record.length < 1 || record.length > LONGEST_RECORD) {
      throw new IllegalArgumentException("a record of " + record.length + " bytes");
    }
    var written = new CompletableFuture<Long>();
    IOException failed = broken;
    if (failed != null) {
      written.completeExceptionally(failed);
      return written;
    }
    queue.add(new Waiting(record, written));
    return written;
  }

  private void write() {
    List<Waiting> group = new ArrayList<>();
    try {
      while (true) {
        group.add(queue.take());
        queue.drainTo(group, 10_000);
        if (group.get(group.size() - 1).bytes() == null) {
          group.remove(group.size() - 1);
          write(group);
          return;
        }
        write(group);
        group.clear();
      }
    } catch (IOException e) {
      broken = e;
      LOG.log(Level.ERROR, "the spool can't be written", e);
      group.forEach(waiting -> waiting.written().completeExceptionally(e));
      for (Waiting waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
        waiting.written().completeExceptionally(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<Waiting> group) throws IOException {
    int begin = 0;
    while (begin < group.size()) {
      int bytes = 0;
      int end = begin;
      while (end < group.size() && (end == begin || bytes < MOST_AT_ONCE)) {
        bytes += HEADER + group.get(end++).bytes().length;
      }
      ByteBuffer out = ByteBuffer.allocate(bytes);
      for (Waiting waiting : group.subList(begin, end)) {
        put(out, waiting.bytes());
      }
      out.flip();
      while (out.hasRemaining()) {
        channel.write(out);
      }
      channel.force(false);
      long written = segment;
      group.subList(begin, end).forEach(waiting -> waiting.written().complete(written));
      begin = end;
      if (channel.position() >= segmentBytes) {
        next();
      }
    }
  }

  private void next() throws IOException {
    if (channel != null) {
      channel.close();
    }
    long number = segment + 1;
    channel =
        FileChannel.open(
            file(folder, number), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    syncFolder();
    segment = number;
  }

  /** The number of the segment that is being written. */
  long current() {
    return segment;
  }

  /** The records of a segment that is complete. */
  void read(long number, java.util.function.Consumer<byte[]> reader) throws IOException {
    read(Files.readAllBytes(file(folder, number)), reader);
  }

  /**
   * Puts fewer records in the place of a complete segment's.
   *
   * @param records none: the segment goes
   */
  void replace(long number, List<byte[]> records) throws IOException {
    if (number >= segment) {
      throw new IllegalArgumentException("segment " + number + " is still written");
    }
    Path file = file(folder, number);
    if (records.isEmpty()) {
      Files.delete(file);
    } else {
      ByteBuffer out =
          ByteBuffer.allocate(records.stream().mapToInt(one -> HEADER + one.length).sum());
      records.forEach(record -> put(out, record));
      Path half = file.resolveSibling(file.getFileName() + ".half");
      try (FileChannel fresh =
          FileChannel.open(
              half,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        out.flip();
        while (out.hasRemaining()) {
          fresh.write(out);
        }
        fresh.force(true);
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    syncFolder();
  }

  // A new name is on the disk only when its folder is; Windows can't and needn't open folders
  private void syncFolder() throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  /** Writes what is queued, then ends. */
  @Override
  public void close() throws IOException {
    queue.add(new Waiting(null, null));
    try {
      writer.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    channel.close();
  }
}
