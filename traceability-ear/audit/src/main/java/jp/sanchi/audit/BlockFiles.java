package jp.sanchi.audit;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files of one block each, ordered by the last number in their names: {@code block-000000.pb} as
 * Sanchi exports them, {@code trace_0.block} as Fabric's {@code peer channel fetch} writes them. A
 * folder stands for all files in it that end so.
 */
final class BlockFiles implements BlockSource {
  private static final Pattern NAME = Pattern.compile(".*?([0-9]+)\\.(pb|block)");

  private final List<Path> files;
  private final String name;
  private int at;

  BlockFiles(List<Path> given) throws IOException {
    files = new ArrayList<>();
    for (Path path : given) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> list = Files.list(path)) {
          list.filter(file -> NAME.matcher(file.getFileName().toString()).matches())
              .forEach(files::add);
        }
      } else if (Files.exists(path)) {
        files.add(path);
      } else {
        throw new NoSuchFileException(path.toString());
      }
    }
    files.sort(Comparator.comparing(BlockFiles::number).thenComparing(Path::getFileName));
    name = given.size() == 1 ? given.get(0).toString() : given.size() + " files";
  }

  private static BigInteger number(Path file) {
    Matcher matcher = NAME.matcher(file.getFileName().toString());
    return matcher.matches() ? new BigInteger(matcher.group(1)) : BigInteger.ZERO;
  }

  @Override
  public byte[] next() throws IOException {
    return at == files.size() ? null : Files.readAllBytes(files.get(at++));
  }

  @Override
  public long count() {
    return files.size();
  }

  @Override
  public String name() {
    return name;
  }
}
