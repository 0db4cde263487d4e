package jp.sanchi.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The house as the server's walls hold it. */
class ArchitectureTest {
  private static final JavaClasses SERVER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("jp.sanchi.server");

  @Test
  void only_the_ledger_and_the_bundles_made_of_its_answers_know_how_fabric_writes() {
    noClasses()
        .that()
        .resideOutsideOfPackages("jp.sanchi.server.ledger", "jp.sanchi.server.bundles")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.hyperledger..", "io.grpc..", "com.google.protobuf..", "org.bouncycastle..")
        .check(SERVER);
  }

  @Test
  void the_server_knows_neither_pages_nor_who_starts_it() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jp.sanchi.web..", "jp.sanchi.launcher..", "jp.sanchi.demonstration..")
        .check(SERVER);
  }

  @Test
  void what_every_capability_stands_on_knows_none_of_them() {
    noClasses()
        .that()
        .resideInAPackage("jp.sanchi.server.platform")
        .should()
        .dependOnClassesThat(
            resideInAPackage("jp.sanchi.server..")
                .and(resideOutsideOfPackage("jp.sanchi.server.platform")))
        .check(SERVER);
  }

  @Test
  void names_say_what_a_class_is() {
    noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Utils?|DTO|Dto)").check(SERVER);
  }
}
