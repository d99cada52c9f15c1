package dev.arda.client.cli.view;

import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS;
import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOADS;
import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOAD_BYTES;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_DOWNLOAD;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_EVALUATION;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_STEP;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.cli.CharacterWidth;
import dev.arda.client.cli.Style;
import dev.arda.v1.OperationState;
import dev.arda.v1.OperationUpdate;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class LiveLayoutTest {

  private final Events events = new Events();
  private final OperationModel model = new OperationModel();

  LiveLayoutTest() {
    model.apply(events.accepted(), new OperationListener() {});
  }

  private void update(double seconds, OperationUpdate.Builder update) {
    model.apply(events.update(seconds, update), new OperationListener() {});
  }

  private String picture(double seconds, int columns, int rows) {
    return picture(seconds, columns, rows, true, Experience.NONE);
  }

  private String picture(
      double seconds, int columns, int rows, boolean unicode, Experience experience) {
    var now = Events.START.plusMillis(Math.round(seconds * 1_000));
    var lines =
        new LiveLayout(model, experience, unicode)
            .lines(now, Duration.between(Events.START, now), 0, columns, rows);
    assertThat(lines).hasSizeLessThanOrEqualTo(Math.max(1, rows - 1));
    assertThat(lines).allSatisfy(line -> assertThat(line.width()).isLessThan(columns));
    return lines.stream()
            .map(line -> line.text(new Style(false)).stripTrailing())
            .collect(Collectors.joining("\n"))
        + "\n";
  }

  /** Four builds, two downloads, one of twenty failed. */
  private void busy() {
    var remote = Events.building("firefox-140.0.2", 2).setMachine("ssh-ng://builder.example");
    update(
        34,
        Events.nodes(
                Events.node(OPERATION_NODE_KIND_TARGET, ".#all"),
                Events.building("hello-2.12.1", 30).setPhase("configurePhase"),
                remote.setPhase("buildPhase"),
                Events.building("linux-6.12.9-modules-shrunk", 12).setPhase("unpackPhase"),
                Events.building("zlib-1.3", 33.5),
                Events.running(Events.node(OPERATION_NODE_KIND_DOWNLOAD, "gcc-14.3.0"), 31)
                    .setDone(12_900_000)
                    .setExpected(47_300_000)
                    .setMachine("https://cache.example.org"),
                Events.running(Events.node(OPERATION_NODE_KIND_DOWNLOAD, "bash-5.2"), 33)
                    .setDone(310_000))
            .addCounters(Events.counter(OPERATION_COUNTER_KIND_BUILDS, 7, 4, 1, 20))
            .addCounters(Events.counter(OPERATION_COUNTER_KIND_DOWNLOADS, 3, 2, 0, 10))
            .addCounters(
                Events.counter(OPERATION_COUNTER_KIND_DOWNLOAD_BYTES, 20_000_000, 0, 0, 96_000_000))
            .addLogs(Events.log(remote, "  12:03 dom/media/MediaManager.cpp\n")));
    update(
        36,
        Events.nodes()
            .addCounters(
                Events.counter(
                    OPERATION_COUNTER_KIND_DOWNLOAD_BYTES, 26_000_000, 0, 0, 96_000_000)));
  }

  @Test
  void usualTerminal_showsWhatRuns_longestFirst_andASummary() {
    busy();
    assertThat(picture(36, 100, 24))
        .isEqualTo(
            """
              firefox-140.0.2              34s  buildPhase      on ssh-ng://builder.example  │ 12:03 dom/media…
              linux-6.12.9-modules-shrunk  24s  unpackPhase
              hello-2.12.1                  6s  configurePhase
              zlib-1.3                      2s  building
              gcc-14.3.0                    5s  downloading     12.3/45.1 MiB  https://cache.example.org
              bash-5.2                      3s  downloading     302.7 KiB
            ⠋ 7/20 built · 4 running · 1 failed · 3/10 downloaded, 24.8/91.6 MiB, 2.9 MiB/s · 36s
            """);
  }

  @Test
  void wideTerminal_hasRoomForTheLastLine() {
    busy();
    assertThat(picture(36, 200, 24))
        .isEqualTo(
            """
              firefox-140.0.2              34s  buildPhase      on ssh-ng://builder.example  │ 12:03 dom/media/MediaManager.cpp
              linux-6.12.9-modules-shrunk  24s  unpackPhase
              hello-2.12.1                  6s  configurePhase
              zlib-1.3                      2s  building
              gcc-14.3.0                    5s  downloading     12.3/45.1 MiB  https://cache.example.org
              bash-5.2                      3s  downloading     302.7 KiB
            ⠋ 7/20 built · 4 running · 1 failed · 3/10 downloaded, 24.8/91.6 MiB, 2.9 MiB/s · 36s
            """);
  }

  @Test
  void narrowTerminal_keepsNamesPhasesAndTimes() {
    busy();
    assertThat(picture(36, 40, 24))
        .isEqualTo(
            """
              firefox-140.0.2    34s  buildPhase
              linux-6.12.9-mod…  24s  unpackPhase
              hello-2.12.1        6s  configurePha…
              zlib-1.3            2s  building
              gcc-14.3.0          5s  downloading
              bash-5.2            3s  downloading
            ⠋ 7/20 · 1 failed · 36s
            """);
  }

  @Test
  void narrowTerminal_namesOfSystems_areToldByTheirHosts() {
    update(
        34,
        Events.nodes(
            Events.building("nixos-system-web01-25.11", 30),
            Events.building("nixos-system-web02-25.11", 30)));
    assertThat(picture(36, 40, 24)).contains("  web01-25.11 ", "  web02-25.11 ");
    assertThat(picture(36, 100, 24)).contains("  nixos-system-web01-25.11 ");
  }

  @Test
  void veryNarrowTerminal_keepsNamesAndTimes() {
    busy();
    assertThat(picture(36, 24, 24))
        .isEqualTo(
            """
              firefox-1…  34s
              linux-6.1…  24s
              hello-2.1…   6s
              zlib-1.3     2s
              gcc-14.3.0   5s
              bash-5.2     3s
            ⠋ 7/20 · 1 failed · 36s
            """);
  }

  @Test
  void fewRows_saysHowManyMore() {
    busy();
    assertThat(picture(36, 80, 5))
        .isEqualTo(
            """
              firefox-140.0.2              34s  buildPhase   on ssh-ng://builder.example
              linux-6.12.9-modules-shrunk  24s  unpackPhase
              … and 4 more
            ⠋ 7/20 built · 1 failed · 3/10 downloaded, 24.8/91.6 MiB · 36s
            """);
    assertThat(picture(36, 80, 2))
        .isEqualTo(
            """
            ⠋ 7/20 built · 1 failed · 3/10 downloaded, 24.8/91.6 MiB · 36s
            """);
  }

  @Test
  void inAscii_nothingElseIsShown() {
    busy();
    assertThat(picture(36, 60, 24, false, Experience.NONE))
        .matches("[\\x20-\\x7e\\n]*")
        .isEqualTo(
            """
              firefox-140.0.2             34s  buildPhase
              linux-6.12.9-modules-sh...  24s  unpackPhase
              hello-2.12.1                 6s  configurePhase
              zlib-1.3                     2s  building
              gcc-14.3.0                   5s  downloading
              bash-5.2                     3s  downloading
            | 7/20 - 1 failed - 36s
            """);
  }

  @Test
  void everySize_fits() {
    busy();
    for (int columns = 1; columns < 210; columns++) {
      for (int rows = 1; rows < 30; rows++) {
        assertThat(picture(36, columns, rows)).isNotEmpty();
      }
    }
  }

  @Test
  void wideCharactersAndControlCharacters_keepTheColumnsStraight() {
    update(
        1,
        Events.nodes(
            Events.building("日本語-フォント-1.0", 0.4).setPhase("installPhase"),
            Events.building("\u001b[2Jevil\r\n-1.0", 0.5).setPhase("a\tb"),
            Events.building("plain-1.0", 0.7).setPhase("buildPhase")));
    var picture = picture(9, 80, 24);
    assertThat(picture).doesNotContain("\u001b", "\r", "\t");
    assertThat(picture.lines().limit(3).toList())
        .extracting(row -> CharacterWidth.of(row.substring(0, row.indexOf(" 8s") + 1)))
        .as("columns before the time")
        .containsOnly(28);
    assertThat(picture).contains("  \\u001b[2Jevil\\u000d -1.0  ");
  }

  @Test
  void experience_saysHowLongABuildUsuallyTakes_andHowLongAllWillTake() {
    update(
        0,
        Events.nodes(Events.building("hello-2.12.1", 0), Events.building("zlib-1.3", 0))
            .addCounters(Events.counter(OPERATION_COUNTER_KIND_BUILDS, 3, 2, 0, 5)));
    Experience both =
        node -> Optional.of(Duration.ofSeconds(node.getName().startsWith("hello") ? 40 : 100));
    assertThat(picture(10, 80, 24, true, both))
        .isEqualTo(
            """
              hello-2.12.1    10s of ~40s  building
              zlib-1.3      10s of ~1m40s  building
            ⠋ 3/5 built · 2 running · 10s, about 1m30s left
            """);
    Experience one =
        node -> Optional.of(Duration.ofSeconds(40)).filter(x -> node.getName().startsWith("hello"));
    assertThat(picture(10, 80, 24, true, one)).contains("10s of ~40s").doesNotContain("left");
    assertThat(picture(50, 80, 24, true, both)).as("one is overdue").doesNotContain("left");
    update(
        11, Events.nodes().addCounters(Events.counter(OPERATION_COUNTER_KIND_BUILDS, 3, 2, 0, 6)));
    assertThat(picture(11, 80, 24, true, both)).as("one has no name yet").doesNotContain("left");
  }

  @Test
  void steps_areShownWithTheirOwner_andEvaluationsAsSuch() {
    var host = Events.node(OPERATION_NODE_KIND_TARGET, "web01");
    update(
        0,
        Events.nodes(
            host,
            Events.running(Events.node(OPERATION_NODE_KIND_STEP, "activate"), 1)
                .setParentId(host.getId()),
            Events.running(Events.node(OPERATION_NODE_KIND_EVALUATION, ".#web02"), 0)));
    assertThat(picture(3, 80, 24))
        .isEqualTo(
            """
              web01: activate  2s
              .#web02          3s  evaluating
            ⠋ 3s
            """);
  }

  @Test
  void states_areSaid() {
    update(0, Events.state(OperationState.OPERATION_STATE_QUEUED).setQueuePosition(2));
    assertThat(picture(3, 80, 24)).isEqualTo("⠋ waiting, 2 before it · 3s\n");
    update(4, Events.state(OperationState.OPERATION_STATE_CANCELLING));
    assertThat(picture(5, 80, 24)).isEqualTo("⠋ cancelling · 5s\n");
  }
}
