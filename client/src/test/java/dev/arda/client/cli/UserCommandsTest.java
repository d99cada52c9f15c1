package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.AdoptDotfileRequest;
import dev.arda.v1.ApplyMode;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.User;
import dev.arda.v1.UserDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What commands about users ask for and print. */
final class UserCommandsTest extends CliTestCase {

  private ApplyUserRequest applied(String... options) {
    var words = new java.util.ArrayList<>(List.of("user", "apply"));
    words.addAll(List.of(options));
    var result = cli.run(words.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    return cli.daemon.users.applied.getLast();
  }

  @Test
  void apply_modesAndRollback_askForThat() {
    assertThat(applied("alice").getMode()).isEqualTo(ApplyMode.APPLY_MODE_SWITCH);
    assertThat(applied("alice", "--mode", "build").getMode()).isEqualTo(ApplyMode.APPLY_MODE_BUILD);
    assertThat(applied("alice", "--dry-run").getMode()).isEqualTo(ApplyMode.APPLY_MODE_DRY_RUN);
    assertThat(applied("alice").hasRollback()).isFalse();
    // The word behind it is a user.
    var back = applied("--rollback", "alice", "bob");
    assertThat(back.getRollback().getNumber()).isZero();
    assertThat(back.hasRollback()).isTrue();
    assertThat(back.getUsersList()).containsExactly("alice", "bob");
    assertThat(applied("--rollback=7", "alice").getRollback().getNumber()).isEqualTo(7);

    for (var wrong :
        List.of(
            List.of("--mode", "boot"),
            List.of("--mode", "build", "--dry-run"),
            List.of("--rollback=x"))) {
      var words = new java.util.ArrayList<>(List.of("user", "apply", "alice"));
      words.addAll(wrong);
      assertThat(cli.run(words.toArray(String[]::new)).code()).isEqualTo(ExitCode.USAGE);
    }
  }

  @Test
  void show_entryOfClan_namesWhatItDeclares() {
    cli.daemon.users.users =
        List.of(
            User.newBuilder()
                .setName("alice")
                .addDefinitions(
                    UserDefinition.newBuilder()
                        .setSelector("clan.core.users.alice")
                        .addPackages("vim")
                        .addPackages("git")
                        .addPrograms("zsh")
                        .addDotfiles(".vimrc")
                        .setSecrets("users/alice/secrets.nix")
                        .addDevShells("python"))
                .build());

    assertThat(cli.run("user", "show", "alice").out().lines().map(String::strip))
        .map(line -> line.replaceAll(" +", " "))
        .containsExactly(
            "alice",
            "defined by clan.core.users.alice",
            "packages vim git",
            "programs zsh",
            "dotfiles .vimrc",
            "secrets users/alice/secrets.nix",
            "dev shells python");
  }

  @Test
  void dotfiles_listAndAdopt_printWhereTheyAre() {
    assertThat(cli.run("user", "dotfiles", "list", "alice").out().lines())
        .map(line -> line.replaceAll(" +", " "))
        .containsExactly(".vimrc users/vimrc", ".zshrc /nix/store/x-zshrc");
    assertThat(cli.run("--json", "user", "dotfiles", "list", "alice").out().lines())
        .containsExactly(
            "{\"path\":\".vimrc\",\"origin\":\"users/vimrc\"}",
            "{\"path\":\".zshrc\",\"source\":\"/nix/store/x-zshrc\"}");

    var adopted = cli.run("user", "dotfiles", "adopt", "alice", "~/.a", ".b");
    assertThat(adopted.out()).isEqualTo("/flake/.a\n/flake/.b\n");
    assertThat(adopted.err()).contains("dotfiles.x = ./x;");
    assertThat(cli.daemon.users.adopted)
        .extracting(AdoptDotfileRequest::getPath)
        .containsExactly(".a", ".b");
  }

  @Test
  void dev_endsAsTheShellDoes() throws IOException {
    var told = directory.resolve("told");
    cli.daemon.users.shell = List.of("/bin/sh", "-c", "echo \"$1\" >\"$0\"; exit 3");

    assertThat(cli.run("user", "dev", "python", "--", told.toString(), "a b").code()).isEqualTo(3);
    assertThat(Files.readString(told)).isEqualTo("a b\n");
    assertThat(cli.run("--json", "user", "dev", "python", "--", "a\"b").out())
        .isEqualTo("[\"/bin/sh\",\"-c\",\"echo \\\"$1\\\" >\\\"$0\\\"; exit 3\",\"a\\\"b\"]\n");

    cli.daemon.users.shell = List.of("/no/such/program");
    var missing = cli.run("user", "dev", "python");
    assertThat(missing.code()).isEqualTo(126);
    assertThat(missing.err()).contains("Nix cannot be run");
  }
}
