package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FabricBinariesTest {
  private static final List<String> PROGRAMS =
      List.of("peer", "orderer", "configtxgen", "configtxlator", "osnadmin");

  @TempDir Path folder;

  @Test
  void fabric_bin_comes_before_the_path_and_the_path_before_the_cache() throws IOException {
    Path named = programs(folder.resolve("named"), "Version: v3.1.5");
    Path path = programs(folder.resolve("path"), "Version: v3.1.5");
    Path cache = folder.resolve("cache");
    programs(cache.resolve("bin"), "Version: v3.1.5");

    assertThat(found(Map.of("FABRIC_BIN", named.toString(), "PATH", path.toString()), cache))
        .isEqualTo(named);
    assertThat(found(Map.of("PATH", "/nowhere:" + path), cache)).isEqualTo(path);
    assertThat(found(Map.of("PATH", "/nowhere"), cache)).isEqualTo(cache.resolve("bin"));
  }

  @Test
  void a_machine_without_fabric_is_told_in_one_sentence_what_to_do() {
    assertThatThrownBy(() -> FabricBinaries.find(Map.of("PATH", "/nowhere"), folder))
        .isInstanceOf(NetworkFailure.class)
        .hasMessageStartingWith("This machine has no Hyperledger Fabric: run `network install`")
        .hasMessageNotContaining("\n");
  }

  @Test
  void a_fabric_bin_that_lacks_programs_is_not_silently_passed_over() throws IOException {
    Path named = programs(folder.resolve("named"), "Version: v3.1.5");
    Files.delete(named.resolve("osnadmin"));

    assertThatThrownBy(() -> FabricBinaries.find(Map.of("FABRIC_BIN", named.toString()), folder))
        .hasMessageContaining("where there is no osnadmin");
  }

  @Test
  void an_older_release_is_refused() throws IOException {
    Path old = programs(folder.resolve("old"), "Version: v2.5.12");

    assertThatThrownBy(
            () -> FabricBinaries.find(Map.of("FABRIC_BIN", old.toString()), folder).checkVersion())
        .hasMessageContaining("is of Fabric 2.5, and Sanchi needs 3.1 or later");
  }

  @Test
  void installs_an_archive_whose_sum_the_operator_knows() throws IOException {
    programs(folder.resolve("bin"), "Version: v3.1.5");
    Path archive = folder.resolve("fabric.tar.gz");
    FabricBinaries.run(
        List.of("tar", "-czf", archive.toString(), "-C", folder.toString(), "bin"), Map.of());
    Path cache = folder.resolve("cache");
    String sum = FabricBinaries.sha256(archive);

    assertThatThrownBy(() -> FabricBinaries.install(archive.toString(), "00" + sum, cache))
        .hasMessageStartingWith("Nothing was installed: the SHA-256 of");
    assertThat(cache.resolve("bin")).doesNotExist();

    FabricBinaries.install(archive.toString(), sum, cache);

    assertThat(found(Map.of("PATH", "/nowhere"), cache)).isEqualTo(cache.resolve("bin"));
  }

  @Test
  void an_archive_of_something_else_installs_nothing() throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.writeString(folder.resolve("bin/other"), "");
    Path archive = folder.resolve("other.tar.gz");
    FabricBinaries.run(
        List.of("tar", "-czf", archive.toString(), "-C", folder.toString(), "bin"), Map.of());

    assertThatThrownBy(
            () ->
                FabricBinaries.install(
                    archive.toString(), FabricBinaries.sha256(archive), folder.resolve("cache")))
        .hasMessageContaining("is no Fabric release, it has no bin/peer");
  }

  @Test
  void names_the_release_for_a_machine_as_fabric_does() {
    assertThat(FabricBinaries.platform("Linux", "amd64")).isEqualTo("linux-amd64");
    assertThat(FabricBinaries.platform("Mac OS X", "aarch64")).isEqualTo("darwin-arm64");
    assertThatThrownBy(() -> FabricBinaries.platform("Windows 11", "amd64"))
        .hasMessageContaining("on Windows: WSL");
  }

  private static Path found(Map<String, String> environment, Path cache) {
    return FabricBinaries.find(environment, cache).folder();
  }

  private static Path programs(Path folder, String output) throws IOException {
    for (String program : PROGRAMS) {
      Folders.writeProgram(folder.resolve(program), "#!/bin/sh\necho '" + output + "'\n");
    }
    return folder.toAbsolutePath();
  }
}
