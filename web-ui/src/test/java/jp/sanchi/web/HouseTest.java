package jp.sanchi.web;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "jp.sanchi", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  @ArchTest
  static final ArchRule PAGES_REACH_THE_SERVER_BY_REST_ALONE =
      noClasses()
          .that()
          .resideInAPackage("jp.sanchi.web..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jp.sanchi.server..", "jakarta.persistence..", "jakarta.ws.rs..", "javax.sql..");

  @ArchTest
  static final ArchRule ONLY_THE_VERIFIED_STORY_IS_TOLD =
      noClasses()
          .that()
          .haveNameMatching("jp\\.sanchi\\.web\\.Tell(er|ing).*")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("jp.sanchi.kernel.proof.Bundle")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("jp.sanchi.web.RestApi");
}
