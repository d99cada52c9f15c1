package dev.arda.client.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationUpdate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildTimesTest {

  @TempDir private Path directory;

  private BuildTimes times() {
    return new BuildTimes(directory.resolve("build-times"));
  }

  private void learn(String name, double seconds, String machine) {
    var model = new OperationModel();
    var node = Events.succeeded(Events.building(name, 0), seconds).setMachine(machine);
    model.apply(
        new Events().update(seconds, OperationUpdate.newBuilder().addNodes(node)),
        new OperationListener() {});
    times().learn(model);
  }

  private static OperationNode node(String name) {
    return Events.building(name, 0).build();
  }

  @Test
  void usualTime_isTheMedianOfTheLastFive_ofAnyVersion_andIsKept() {
    for (int seconds : new int[] {1000, 10, 50, 20, 40, 30}) {
      learn("gcc-wrapper-14.%d".formatted(seconds), seconds, "");
    }
    assertThat(times().usual(node("gcc-wrapper-15.1"))).contains(Duration.ofSeconds(30));
    assertThat(times().usual(node("gcc-15.1"))).isEmpty();
  }

  @Test
  void otherMachines_haveAnotherPace() {
    learn("a-1", 10, "ssh-ng://builder");
    assertThat(times().usual(node("a-1"))).isEmpty();
    learn("a-1", 10, "");
    assertThat(times().usual(node("a-1"))).isPresent();
    assertThat(times().usual(node("a-1").toBuilder().setMachine("x").build())).isEmpty();
  }

  @Test
  void fileThatIsNoSuchFile_isNoExperience() throws IOException {
    Files.writeString(directory.resolve("build-times"), "a\tb\n\0");
    assertThat(times().usual(node("a-1"))).isEmpty();
    learn("a-1", 2, "");
    assertThat(times().usual(node("a-2"))).contains(Duration.ofSeconds(2));
  }

  @Test
  void whereNothingCanBeWritten_nothingHappens() throws IOException {
    Files.delete(directory);
    learn("a-1", 2, "");
    assertThat(times().usual(node("a-1"))).isEmpty();
    Files.createDirectory(directory);
  }

  @Test
  void onlySoManyPackages_areRemembered_theLastOnes() throws IOException {
    var model = new OperationModel();
    var update = OperationUpdate.newBuilder();
    for (int i = 0; i < 2_100; i++) {
      update.addNodes(Events.succeeded(Events.building("p%dx-1".formatted(i), 0), 1));
    }
    model.apply(new Events().update(1, update), new OperationListener() {});
    times().learn(model);
    assertThat(Files.readAllLines(directory.resolve("build-times"))).hasSize(2_000);
    assertThat(times().usual(node("p0x-1"))).isEmpty();
    assertThat(times().usual(node("p2099x-1"))).isPresent();
  }
}
