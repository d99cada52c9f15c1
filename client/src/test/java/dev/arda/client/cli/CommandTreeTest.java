package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

final class CommandTreeTest {

  @Test
  void build_everyNameLeadsToACommandOrAGroup() {
    var root = CommandTree.build().getCommandSpec();

    assertThat(root.subcommands().keySet()).containsAll(Commands.TOP);
    assertThat(root.subcommands().values())
        .allSatisfy(line -> {
          var spec = line.getCommandSpec();
          assertThat(spec.userObject() instanceof Command || !spec.subcommands().isEmpty())
              .as(spec.qualifiedName())
              .isTrue();
          assertThat(spec.usageMessage().header()).as(spec.qualifiedName()).isNotEmpty();
        });
  }

  @Test
  void buildFor_makesOnlyWhatTheWordsName() {
    assertThat(names(CommandTree.buildFor(List.of("eval", "a.b")))).containsExactly("eval");
    assertThat(names(CommandTree.buildFor(List.of("select", "a.b")))).containsExactly("eval");
    assertThat(names(CommandTree.buildFor(List.of("--flake", ".")))).isEmpty();
    var daemon = CommandTree.buildFor(List.of("--json", "daemon", "status"));
    assertThat(names(daemon)).containsExactly("daemon");
    assertThat(daemon.getSubcommands().values())
        .singleElement()
        .satisfies(group -> assertThat(names(group)).containsExactly("status"));
  }

  @Test
  void canonical_isTheNameOfEveryAlias() {
    for (CommandLine line : CommandTree.build().getSubcommands().values()) {
      CommandSpec spec = line.getCommandSpec();
      assertThat(spec.names())
          .allSatisfy(name -> assertThat(Commands.canonical(name)).isEqualTo(spec.name()));
    }
  }

  private static List<String> names(CommandLine line) {
    return CommandTree.names(line.getCommandSpec());
  }
}
