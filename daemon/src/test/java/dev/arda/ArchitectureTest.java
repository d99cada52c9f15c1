package dev.arda;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.arda.daemon.DaemonMain;
import dev.arda.daemon.Exit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** The arrows of the architecture that hold inside this module. */
@AnalyzeClasses(
    packages = {"dev.arda.nix", "dev.arda.daemon"},
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String NIX = "dev.arda.nix.";

  /** Each package of the Nix library with those of its siblings that it may use. */
  private static final Map<String, List<String>> ARROWS =
      Map.of(
          "types", List.of(),
          "core", List.of("types"),
          "shell", List.of("types", "core"),
          "flake", List.of("types", "core"),
          "store", List.of("types", "core", "flake"),
          "remote", List.of("types", "core", "flake", "store", "shell"),
          "system", List.of("types", "core", "flake", "store", "shell", "remote"),
          "user", List.of("types", "core", "flake", "store", "shell", "remote"));

  @ArchTest
  static final ArchRule NIX_PACKAGES_KEEP_TO_THEIR_ARROWS =
      classes().that().resideInAPackage(NIX + ".").should(useOnlyAllowedSiblings());

  @ArchTest
  static final ArchRule THE_NIX_LIBRARY_KNOWS_NO_PROTOCOL =
      noClasses()
          .that()
          .resideInAPackage(NIX + ".")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "dev.arda.daemon..",
                  "dev.arda.v1..",
                  "io.grpc..",
                  "io.netty..",
                  "com.google.protobuf..",
                  "com.google.rpc.."));

  @ArchTest
  static final ArchRule SERVICES_DO_NOT_KNOW_THE_DAEMON_AROUND_THEM =
      noClasses()
          .that()
          .resideInAPackage("dev.arda.daemon.rpc..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.arda.daemon..")
                  .and(not(resideInAPackage("dev.arda.daemon.rpc..")))
                  .and(not(resideInAPackage("dev.arda.daemon.operation.."))));

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLES =
      slices().matching("dev.arda.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_CORE_CREATES_PROCESSES =
      noClasses()
          .that(not(resideInAPackage(NIX + "core")))
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class)
          .orShould()
          .callMethodWhere(target(owner(assignableTo(Runtime.class))).and(target(name("exec"))));

  @ArchTest
  static final ArchRule ONLY_MAIN_READS_THE_ENVIRONMENT =
      noClasses()
          .that()
          .doNotBelongToAnyOf(DaemonMain.class)
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class);

  @ArchTest
  static final ArchRule ONLY_EXIT_ENDS_THE_PROCESS =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Exit.class)
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule NOTHING_SLEEPS =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class);

  @ArchTest
  static final ArchRule NOTHING_PRINTS_TO_STANDARD_OUTPUT =
      noClasses().should().accessField(System.class, "out");

  @ArchTest
  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED = classes().should(liveInNullMarkedPackages());

  private static ArchCondition<JavaClass> useOnlyAllowedSiblings() {
    return new ArchCondition<>("use only the packages their arrows lead to") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        var from = sibling(item.getPackageName());
        var allowed = ARROWS.get(from);
        if (allowed == null) {
          events.add(
              SimpleConditionEvent.violated(item, item.getName() + " is in an unknown package"));
          return;
        }
        item.getDirectDependenciesFromSelf().stream()
            .filter(d -> d.getTargetClass().getPackageName().startsWith(NIX))
            .filter(d -> {
              var to = sibling(d.getTargetClass().getPackageName());
              return !to.equals(from) && !allowed.contains(to);
            })
            .forEach(d -> events.add(SimpleConditionEvent.violated(item, d.getDescription())));
      }
    };
  }

  private static String sibling(String packageName) {
    var rest = packageName.substring(NIX.length());
    var dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  private static ArchCondition<JavaClass> liveInNullMarkedPackages() {
    return new ArchCondition<>("live in packages whose package-info says @NullMarked") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
          events.add(
              SimpleConditionEvent.violated(
                  item, item.getPackageName() + " has no @NullMarked package-info"));
        }
      }
    };
  }

  private static DescribedPredicate<JavaClass> not(DescribedPredicate<JavaClass> predicate) {
    return DescribedPredicate.not(predicate);
  }
}
