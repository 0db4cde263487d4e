package jp.sanchi.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The house as the kernel's walls hold it. */
class ArchitectureTest {
  private static final JavaClasses KERNEL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("jp.sanchi.kernel");

  @Test
  void the_kernel_needs_nothing_but_java_base() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "jp.sanchi.kernel..",
            "java.io..",
            "java.lang..",
            "java.math..",
            "java.nio..",
            "java.security..",
            "java.text..",
            "java.time..",
            "java.util..")
        .check(KERNEL);
  }

  @Test
  void an_event_knows_no_history_and_nothing_knows_the_command_line() {
    noClasses()
        .that()
        .resideInAPackage("jp.sanchi.kernel.event")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jp.sanchi.kernel.history", "jp.sanchi.kernel.verify")
        .check(KERNEL);
    noClasses()
        .that()
        .resideOutsideOfPackage("jp.sanchi.kernel.verify")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jp.sanchi.kernel.verify")
        .check(KERNEL);
  }

  @Test
  void time_comes_in_as_an_argument() {
    noClasses()
        .that()
        .resideOutsideOfPackage("jp.sanchi.kernel.verify")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.security.SecureRandom")
        .check(KERNEL);
  }

  @Test
  void names_say_what_a_class_is() {
    noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Utils?|DTO|Dto)").check(KERNEL);
  }
}
