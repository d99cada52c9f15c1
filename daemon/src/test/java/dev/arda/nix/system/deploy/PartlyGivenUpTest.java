package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deployments of which some hosts are given up while the others go on. */
class PartlyGivenUpTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  /** Gives hosts up when something is told. */
  private static final class Stopping extends Told {
    private final CompletableFuture<Consumer<String>> giveUp;

    private Stopping(CompletableFuture<Consumer<String>> giveUp, Consumer<String> onTold) {
      super(onTold);
      this.giveUp = giveUp;
    }

    /** Gives up the hosts when the line is told. */
    static Stopping at(String line, String... hosts) {
      var giveUp = new CompletableFuture<Consumer<String>>();
      return new Stopping(
          giveUp,
          told -> {
            if (told.equals(line)) {
              List.of(hosts).forEach(giveUp.join());
            }
          });
    }

    @Override
    public void hosts(List<String> names, Consumer<String> stop) {
      giveUp.complete(stop);
    }
  }

  private static Ending ending(List<HostResult> results, String name) {
    return results.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow()
        .ending();
  }

  @Test
  void oneThatWaitsForItsTurn_isLeftOut_andNoOtherNoticesIt() {
    var fixture = FIXTURES.any();
    fixture.fleet(31);
    var target = fixture.target("f05");
    var fleet = target.wish("f02", "f05", "f06").at("").as(fixture.fleetContext()).rollout(1, 0, 0);
    target.journal();
    var before = target.running();
    var told = Stopping.at("f02 activate RUNNING", "f05", "nobody");
    var results = fleet.all(told);
    assertThat(ending(results, "f02")).isEqualTo(Ending.DONE);
    assertThat(ending(results, "f05")).isEqualTo(Ending.CANCELLED);
    // It is nobody's failure, of which none are allowed here.
    assertThat(ending(results, "f06")).isEqualTo(Ending.DONE);
    assertThat(target.journal()).isEmpty();
    assertThat(target.running()).isEqualTo(before);
    assertThat(told.stages).contains("f05 copy SUCCEEDED").doesNotContain("f05 copy CANCELLED");
    // Later, it is what is left.
    assertThat(ending(fleet.all(new Told()), "f05")).isEqualTo(Ending.DONE);
    assertThat(target.running()).isEqualTo("f05-31");
  }

  @Test
  void oneThatIsActivated_isFinished_andFreeForOthersAtOnce() throws Exception {
    var fixture = FIXTURES.any();
    fixture.fleet(32);
    var held = fixture.target("f07");
    held.touch("hold");
    try {
      var told = Stopping.at("activating f08-32", "f08");
      var fleet =
          CompletableFuture.supplyAsync(
              () -> held.wish("f07", "f08").at("").as(fixture.fleetContext()).all(told));
      var other = fixture.target("f08");
      other.awaitJournal("boot f08-32");
      // The deployment goes on: f07 is held.
      held.awaitJournal("test f07-32");
      var next = other.wish("f08").at("").as(fixture.fleetContext());
      var again = next.run();
      while (again.ending() == Ending.REFUSED) {
        again = next.run(); // it has booted, and is about to say so
      }
      assertThat(again.ending()).isEqualTo(Ending.UNCHANGED);
      assertThat(fleet).isNotDone();
      held.remove("hold");
      assertThat(ending(fleet.get(), "f08")).isEqualTo(Ending.DONE);
      assertThat(ending(fleet.get(), "f07")).isEqualTo(Ending.DONE);
    } finally {
      held.remove("hold");
    }
  }

  @Test
  void oneAlone_isDeployedWithoutThoseThatItDependsOn() {
    var fixture = FIXTURES.any();
    fixture.fleet(34);
    var target = fixture.target("f01");
    var alone = target.wish("f01").at("").as(fixture.fleetContext()).run();
    assertThat(alone.failure()).isEmpty();
    assertThat(target.running()).isEqualTo("f01-34");
  }

  @Test
  void allOfThem_areADeploymentThatWasGivenUp() {
    var fixture = FIXTURES.any();
    fixture.fleet(33);
    var names = List.of("f09", "f10");
    names.forEach(name -> fixture.target(name).journal());
    Set<String> over = ConcurrentHashMap.newKeySet();
    var giveUp = new CompletableFuture<Consumer<String>>();
    // The second one is given up where the first was: both before anything is built.
    var told =
        new Stopping(
            giveUp,
            line -> {
              if (line.endsWith(" preflight SUCCEEDED")) {
                over.add(line.substring(0, 3));
                giveUp.join().accept(line.substring(0, 3));
              }
            });
    var results =
        fixture.target("f09").wish("f09", "f10").at("").as(fixture.fleetContext()).all(told);
    assertThat(over).containsExactlyInAnyOrderElementsOf(names);
    assertThat(results.stream().map(HostResult::ending).collect(Collectors.toSet()))
        .containsExactly(Ending.CANCELLED);
    assertThat(told.stages).noneMatch(line -> line.contains(" copy "));
    names.forEach(name -> assertThat(fixture.target(name).journal()).isEmpty());
  }
}
