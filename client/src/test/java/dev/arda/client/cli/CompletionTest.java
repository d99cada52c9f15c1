package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.Candidate;
import dev.arda.v1.CompleteResponse;
import dev.arda.v1.Host;
import dev.arda.v1.HostView;
import dev.arda.v1.User;
import dev.arda.v1.UserView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CompletionTest extends CliTestCase {

  @BeforeEach
  void arrange() {
    cli.places.with("ARDA_COMPLETION_TIMEOUT", "20s");
    cli.daemon.completion =
        CompleteResponse.newBuilder()
            .addCandidates(Candidate.newBuilder().setName("web").setSelector("hosts.web"))
            .addCandidates(Candidate.newBuilder().setName("a b").setSelector("hosts.\"a b\""))
            .addCandidates(Candidate.newBuilder().setName("x\ny").setSelector("hosts.\"x\ny\""))
            .build();
  }

  private String complete(String... words) {
    var arguments = new String[words.length + 4];
    arguments[0] = "__complete";
    arguments[1] = "--shell";
    arguments[2] = "bash";
    arguments[3] = "--";
    System.arraycopy(words, 0, arguments, 4, words.length);
    var result = cli.run(arguments);
    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
    return result.out();
  }

  @Test
  void commandsAndOptions_areCompleted() {
    assertThat(complete("ev")).isEqualTo("eval\n");
    assertThat(complete("")).contains("eval\n", "daemon\n").doesNotContain("__complete");
    assertThat(complete("daemon", "st")).isEqualTo("start\nstatus\nstop\n");
    assertThat(complete("--debug", "--option", "a", "b", "daemon", "lo")).isEqualTo("logs\n");
    assertThat(complete("eval", "--r")).isEqualTo("--raw\n--realise\n--refresh\n");
    assertThat(complete("--flake", "")).isEqualTo(":dirs\n");
    assertThat(complete("eval", "--override-input", "")).isEmpty();
    assertThat(complete("eval", "--override-input", "nixpkgs", "")).isEqualTo(":dirs\n");
    assertThat(complete("eval", "--system", "aarch")).isEqualTo("aarch64-darwin\naarch64-linux\n");
    assertThat(complete("completion", "b")).isEqualTo("bash\n");
    assertThat(complete("help", "do")).isEqualTo("doctor\n");
    assertThat(cli.daemon.completions).isEmpty();
    assertThat(cli.run("__complete", "--shell", "fish", "--", "vers").out())
        .isEqualTo("version\tPrints the version of arda.\n");
  }

  @Test
  void hosts_areAskedOfTheDaemon() {
    cli.daemon.hosts.all =
        List.of(
            Host.newBuilder().setName("db01").build(),
            Host.newBuilder().setName("web01").build(),
            Host.newBuilder().setName("we\nb").build());
    assertThat(complete("build", "--host", "")).isEqualTo("db01\nweb01\n");
    assertThat(complete("--flake", "/f", "host", "list", "we")).isEqualTo("web01\n");
    assertThat(complete("host", "list", "db01&!w")).isEqualTo("db01&!web01\n");
    assertThat(cli.daemon.hosts.listings.get(1).getFlake()).isEqualTo("/f");
    assertThat(cli.daemon.hosts.listings)
        .allSatisfy(asked -> assertThat(asked.getView()).isEqualTo(HostView.HOST_VIEW_NAMES));
  }

  @Test
  void tags_areThoseThatAreDeclared() {
    cli.daemon.hosts.all =
        List.of(
            Host.newBuilder().setName("db01").addTags("prod").build(),
            Host.newBuilder().setName("web01").addTags("web").addTags("prod").build());
    assertThat(complete("host", "list", "@")).isEqualTo("@prod\n@web\n");
    assertThat(complete("host", "update", "@prod&@w")).isEqualTo("@prod&@web\n");
    assertThat(complete("host", "list", "--tag", "p")).isEqualTo("prod\n");
    assertThat(cli.daemon.hosts.listings)
        .allSatisfy(asked -> assertThat(asked.getView()).isEqualTo(HostView.HOST_VIEW_DECLARED));
  }

  @Test
  void valuesOfOptions_areCompleted() {
    cli.daemon.hosts.all = List.of(Host.newBuilder().setName("web01").build());
    assertThat(complete("host", "hardware", "web01", "--backend", ""))
        .isEqualTo("nixos-facter\nnixos-generate-config\n");
    assertThat(complete("host", "update", "web01", "--engine", "n"))
        .isEqualTo("native\nnixos-rebuild\n");
    assertThat(complete("host", "create", "x", "--template", "w")).isEqualTo("web01\n");
  }

  @Test
  void users_areAskedOfTheDaemon() {
    cli.daemon.users.users =
        List.of(
            User.newBuilder().setName("alice").build(), User.newBuilder().setName("bob").build());
    assertThat(complete("user", "apply", "")).isEqualTo("alice\nbob\n");
    assertThat(complete("--flake", "/f", "user", "show", "b")).isEqualTo("bob\n");
    assertThat(complete("build", "--user", "al")).isEqualTo("alice\n");
    assertThat(cli.daemon.users.listings.get(1).getFlake()).isEqualTo("/f");
    assertThat(cli.daemon.users.listings)
        .allSatisfy(asked -> assertThat(asked.getView()).isEqualTo(UserView.USER_VIEW_NAMES));
  }

  @Test
  void installables_areAskedOfTheFlakeThatIsNamed() {
    assertThat(complete("build", "./sub#hosts."))
        .isEqualTo(":nospace\n./sub#hosts.web\n./sub#hosts.\"a b\"\n");
    assertThat(cli.daemon.completions.getFirst().getFlake()).isEqualTo("./sub");
    assertThat(cli.daemon.completions.getFirst().getSelector()).isEqualTo("hosts.");
    assertThat(complete("build", "--system", "aarch64-linux", ".#h"))
        .contains(":nospace\n", ".#hosts.web\n");
    assertThat(cli.daemon.completions)
        .extracting(asked -> asked.getSelector())
        .endsWith("h", "packages.aarch64-linux.h");
    assertThat(complete("build", "./s")).isEqualTo(":dirs\n");
    assertThat(complete("trust", "")).isEqualTo(":dirs\n");
  }

  @Test
  void attributes_areAskedOfTheDaemon() {
    assertThat(complete("--flake", "/f", "eval", "--impure", "é.hosts."))
        .isEqualTo(":nospace\nhosts.web\nhosts.\"a b\"\n");
    var request = cli.daemon.completions.getFirst();
    assertThat(request.getSelector()).isEqualTo("é.hosts.");
    assertThat(request.getOffset()).isEqualTo(8);
    assertThat(request.getFlake()).isEqualTo("/f");
    assertThat(request.getContext().getOptions().getImpure()).isTrue();
    assertThat(request.getBudget().getSeconds()).isBetween(1L, 19L);
  }

  @Test
  void afterTwoDashes_everythingIsASelector() {
    assertThat(complete("eval", "--", "-")).startsWith(":nospace\n");
    assertThat(cli.daemon.completions.getFirst().getSelector()).isEqualTo("-");
  }

  @Test
  void noDaemon_completesNothing_andDoesNotWaitForOne() throws Exception {
    cli.daemon.close();
    Files.writeString(
        cli.places.launcher,
        "#!/bin/sh\necho \"$@\" > '%s'\n".formatted(directory.resolve("called")));
    assertThat(complete("eval", "a")).isEmpty();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(directory.resolve("called"))
        || Files.size(directory.resolve("called")) == 0) {
      assertThat(System.nanoTime()).isLessThan(end);
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    assertThat(Files.readString(directory.resolve("called"))).isEqualTo("daemon start\n");
  }

  @Test
  void scripts_existForEveryShell() {
    for (var shell : CompletionCommand.SHELLS) {
      assertThat(cli.run("completion", shell).out()).contains("__complete --shell " + shell);
    }
    var result = cli.run("completion", "tcsh");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("there is no script for tcsh");
  }

  @Test
  void bashScript_inBash_fillsComreply() throws Exception {
    var script =
        Files.writeString(directory.resolve("arda.bash"), cli.run("completion", "bash").out());
    var arda =
        Files.writeString(
            directory.resolve("fake-arda"),
            """
            #!/bin/sh
            printf '%s\\n' "$*" >> '%s'
            case $* in
              *{*) printf ':nospace\\nhosts.{web,db\\nhosts.{web,"d b"\\n' ;;
              *) printf ':nospace\\nhosts.web\\nhosts."a b"\\n' ;;
            esac
            """
                .formatted("%s", directory.resolve("asked")));
    Files.setPosixFilePermissions(arda, PosixFilePermissions.fromString("rwxr-xr-x"));
    var output =
        bash(
            """
            . '%s'
            arda='%s'
            try() {
              COMP_LINE="$1" COMP_POINT=${#1}
              shift
              COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
              _arda
              printf '<%%s>\\n' "${COMPREPLY[@]}"
            }
            try "$arda eval hosts." "$arda" eval hosts.
            try "$arda eval 'hosts." "$arda" eval "'hosts."
            try "$arda eval a:hosts." "$arda" eval a : hosts.
            try "$arda " "$arda" ""
            try "$arda eval hosts.{web,d" "$arda" eval "hosts.{web,d"
            try "$arda eval hosts.\\{web,d" "$arda" eval "hosts.\\{web,d"
            """
                .formatted(script, arda));
    assertThat(output)
        .isEqualTo(
            """
            <hosts.web>
            <hosts.\\"a\\ b\\">
            <hosts.web>
            <hosts."a b">
            <hosts.web>
            <hosts.\\"a\\ b\\">
            <hosts.web>
            <hosts.\\"a\\ b\\">
            <hosts.{web,db>
            <hosts.\\{web\\,\\"d\\ b\\">
            <hosts.\\{web,db>
            <hosts.\\{web\\,\\"d\\ b\\">
            """);
    assertThat(Files.readAllLines(directory.resolve("asked")))
        .containsExactly(
            "__complete --shell bash -- eval hosts.",
            "__complete --shell bash -- eval hosts.",
            "__complete --shell bash -- eval a:hosts.",
            "__complete --shell bash -- ",
            "__complete --shell bash -- eval hosts.{web,d",
            "__complete --shell bash -- eval hosts.{web,d");
  }

  private static String bash(String script) throws Exception {
    var process =
        new ProcessBuilder("bash", "--norc", "-c", script).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
