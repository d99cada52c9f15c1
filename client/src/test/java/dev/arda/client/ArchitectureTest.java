package dev.arda.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows that are allowed. */
@AnalyzeClasses(packages = "dev.arda.client", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule CLIENT_KNOWS_NO_DAEMON =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.arda.daemon..", "dev.arda.nix..", "dev.arda.lsp..")
          .because("clients know the daemon by its protocol alone");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_USES_PICOCLI =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.arda.client.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..")
          .because("the library serves programs that have no command line");

  @ArchTest
  static final ArchRule LIBRARY_KNOWS_NO_COMMAND =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.arda.client.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.arda.client.cli..");

  @ArchTest
  static final ArchRule ONLY_MAIN_ENDS_THE_PROCESS =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.arda.client.cli.Main")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule ONLY_ENVIRONMENT_READS_THE_ENVIRONMENT =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.arda.client.Environment")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class);
}
