package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaincodePackageTest {
  private static final String DIGEST = "c110758a2a18".repeat(5) + "abcd";

  @TempDir Path folder;

  @Test
  void one_jar_makes_one_package_whoever_makes_it() throws Exception {
    ChaincodePackage one = ChaincodePackage.of(DIGEST);
    Thread.sleep(1100); // archives hold times in seconds

    assertThat(ChaincodePackage.of(DIGEST).bytes()).isEqualTo(one.bytes());
    assertThat(one.id()).matches("trace_c110758a2a18:[0-9a-f]{64}");
  }

  @Test
  void another_jar_makes_another_package() {
    assertThat(ChaincodePackage.of("0" + DIGEST.substring(1)).id())
        .isNotEqualTo(ChaincodePackage.of(DIGEST).id());
  }

  @Test
  void refuses_what_is_no_chaincode_server() throws IOException {
    Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
    Path library = jar("library.jar", new Manifest());

    assertThatThrownBy(() -> ChaincodePackage.check(folder.resolve("none.jar")))
        .hasMessageStartingWith("There is no chaincode jar " + folder.resolve("none.jar"));
    assertThatThrownBy(() -> ChaincodePackage.check(text)).hasMessageContaining("is no jar");
    assertThatThrownBy(() -> ChaincodePackage.check(library))
        .hasMessageContaining("its manifest names no main class");
  }

  @Test
  void names_a_server_by_its_sum() throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "x.Main");
    Path jar = jar("server.jar", manifest);

    assertThat(ChaincodePackage.check(jar)).isEqualTo(FabricBinaries.sha256(jar));
  }

  private Path jar(String name, Manifest manifest) throws IOException {
    Path jar = folder.resolve(name);
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.finish();
    }
    return jar;
  }
}
