package dev.arda.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Questions that were never asked before, about a host of which another value was asked for. */
final class NewSelector implements Bench.Section {

  private static final double RPC = 1.0 / 100;
  private static final double PROCESS = 1.0 / 5;

  /** Questions that warm up both JVMs; they are not measured. */
  private static final int WARM_UP = 200;

  @Override
  public int number() {
    return 2;
  }

  @Override
  public String title() {
    return "new selector on a warm host, after " + WARM_UP + " others";
  }

  @Override
  public void measure(Bench bench) throws Exception {
    for (Side side : bench.sides()) {
      var fleet = FleetFlake.create(side, bench.options().fleet(), "selectors");
      measure(bench, side, fleet, bench.options().times(15, 3));
    }
  }

  private static void measure(Bench bench, Side side, FleetFlake fleet, int rounds)
      throws Exception {
    Path flake = fleet.directory();
    List<String> questions = fleet.selectors("host03");
    int warmUp = side.staysWarm() ? WARM_UP : 2;
    for (String question : questions.subList(0, warmUp)) {
      var _ = side.select(flake, question);
    }
    List<String> asked = questions.subList(warmUp, questions.size());
    String locked =
        new ObjectMapper()
            .readTree(
                side.nix(flake, List.of("flake", "metadata", "--json", flake.toString())).output())
            .get("url")
            .asText();
    // Each way asks questions that no other way has asked before; only the answers are compared.
    var samples =
        Bench.inTurn(
            rounds,
            round -> {
              var run = side.select(flake, asked.get(round));
              FleetFlake.same(
                  asked.get(round), run.output(), side.nixEval(flake, asked.get(round)).output());
              return run.nanos();
            },
            round -> side.ardaEval(flake, asked.get(rounds + round)).nanos(),
            round -> side.nixEval(flake, asked.get(2 * rounds + round)).nanos(),
            round -> {
              String question = asked.get(3 * rounds + round);
              long began = System.nanoTime();
              String out = derivation(side, flake, locked, question);
              String answer = Files.readString(Path.of(out));
              long nanos = System.nanoTime() - began;
              FleetFlake.same(question, side.select(flake, question).output(), answer);
              return nanos;
            });
    // Where an evaluator cannot be kept, there is no target.
    double rpc = side.staysWarm() ? RPC : Double.POSITIVE_INFINITY;
    double process = side.staysWarm() ? PROCESS : Double.POSITIVE_INFINITY;
    String what = "new selector, warm host, ";
    bench
        .report()
        .add(
            Row.ratio(
                2,
                what + "RPC on an open connection",
                side.version(),
                samples.get(0),
                "`nix eval`",
                samples.get(2),
                rpc));
    bench
        .report()
        .add(
            Row.ratio(
                2,
                what + "RPC on an open connection",
                side.version(),
                samples.get(0),
                "`nix build --expr` of a derivation",
                samples.get(3),
                rpc));
    bench
        .report()
        .add(
            Row.ratio(
                2,
                what + "whole process",
                side.version(),
                samples.get(1),
                "`nix eval`",
                samples.get(2),
                process));
  }

  /**
   * The way of the seed (its section 2.2): a derivation whose output is the selection as JSON, to
   * be realised and read. Asking for the flake's metadata first, which that way needs as well, is
   * not counted.
   */
  private static String derivation(Side side, Path cwd, String locked, String question)
      throws IOException, InterruptedException {
    String steps =
        Arrays.stream(question.split("\\."))
            .map(step -> '"' + step + '"')
            .collect(Collectors.joining(" "));
    String expression =
        """
        let
          flake = builtins.getFlake "%s";
          value = builtins.foldl' (set: name: set.${name}) flake [ %s ];
        in
        builtins.derivation {
          name = "selection";
          system = "%s";
          builder = "/bin/sh";
          json = builtins.unsafeDiscardStringContext (builtins.toJSON value);
          passAsFile = [ "json" ];
          args = [ "-c" "read -r line <\\"$jsonPath\\" || :; printf %%s \\"$line\\" >\\"$out\\"" ];
          preferLocalBuild = true;
          allowSubstitutes = false;
        }
        """
            .formatted(locked, steps, system());
    // Nix 2.8 has no --print-out-paths.
    String built =
        side.nix(cwd, List.of("build", "--no-link", "--json", "--expr", expression)).output();
    return new ObjectMapper().readTree(built).get(0).get("outputs").get("out").asText();
  }

  private static String system() {
    String machine =
        System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
    return machine + (System.getProperty("os.name").startsWith("Mac") ? "-darwin" : "-linux");
  }
}
