package dev.arda.lsp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows that are allowed. */
@AnalyzeClasses(packages = "dev.arda.lsp", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule ADAPTER_KNOWS_NO_DAEMON =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.arda.daemon..", "dev.arda.nix..", "dev.arda.client.cli..")
          .because("the adapter knows the daemon by the client library alone");

  @ArchTest
  static final ArchRule ONLY_PROTOCOL_SPEAKS_LSP =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.arda.lsp.protocol..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.eclipse.lsp4j..", "com.google.gson..");

  @ArchTest
  static final ArchRule FEATURES_ARE_FUNCTIONS =
      noClasses()
          .that()
          .resideInAnyPackage("dev.arda.lsp.feature..", "dev.arda.lsp.text..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.arda.client..",
              "dev.arda.v1..",
              "io.grpc..",
              "dev.arda.lsp.daemon..",
              "dev.arda.lsp.document..",
              "dev.arda.lsp.protocol..")
          .because("what is said depends on a text and on what is known, and on nothing else");

  @ArchTest
  static final ArchRule ADAPTER_STARTS_NO_PROCESS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(ProcessBuilder.class)
          .because("a flake that is not trusted is text; the client library starts the daemon");
}
