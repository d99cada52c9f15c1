package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.feature.References.Occurrence;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReferencesTest {

  private static final String FLAKE =
      """
      {
        inputs.web01.url = "github:o/web01";
        outputs = { self, ... }@inputs: {
          nixosConfigurations = import ./hosts.nix { inherit inputs; };
          homeConfigurations."alice@web01" = { };
          a = self.nixosConfigurations.web01.config;
          b = self.nixosConfigurations."web01" or web01;
          c = select self "nixosConfigurations.{web01,?web02}.config";
          d = ''nixos-rebuild --flake .#web01 && ssh web01'';
          e = other.nixosConfigurations.web01x; # web01
          deploy.nodes.web01 = { };
          packages.web01 = 1;
        };
      }
      """;

  private static final String HOSTS =
      """
      { inputs }:
      {
        web01 = inputs.nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
        web02 = { };
      }
      """;

  private static final String WEB =
      """
      { self, ... }: { services.peer = self.nixosConfigurations.web01.config.networking.hostName; }
      """;

  private final Scope scope =
      new KnownFlake().file("hosts.nix", HOSTS).file("web.nix", WEB).scope(FLAKE);

  private static final Map<Path, String> TEXTS =
      Map.of(Path.of("flake.nix"), FLAKE, Path.of("hosts.nix"), HOSTS, Path.of("web.nix"), WEB);

  private List<Occurrence> of(int offset) {
    return References.of(scope, References.at(scope, offset).orElseThrow());
  }

  private static String renamed(List<Occurrence> found, String name) {
    var texts = new LinkedHashMap<Path, StringBuilder>();
    TEXTS.forEach((file, text) -> texts.put(file, new StringBuilder(text)));
    found.stream()
        .sorted(Comparator.comparingInt(Occurrence::start).reversed())
        .forEach(one ->
            Objects.requireNonNull(texts.get(one.file()))
                .replace(
                    one.renamed().start(), one.renamed().end(), one.renamed().text().apply(name)));
    return String.join(
        "",
        List.of(
            texts.get(Path.of("flake.nix")),
            texts.get(Path.of("hosts.nix")),
            texts.get(Path.of("web.nix"))));
  }

  @Test
  void host_isFoundInAllFiles_andRenamedAsItIsWrittenThere() {
    var whole = FLAKE + HOSTS + WEB;
    var expected =
        whole
            .replace("\"alice@web01\"", "\"alice@new.example.org\"")
            .replace(
                "self.nixosConfigurations.web01", "self.nixosConfigurations.\"new.example.org\"")
            .replace(
                "self.nixosConfigurations.\"web01\"",
                "self.nixosConfigurations.\"new.example.org\"")
            .replace("{web01,?web02}", "{\\\"new.example.org\\\",?web02}")
            .replace(".#web01 ", ".#new.example.org ")
            .replace("deploy.nodes.web01", "deploy.nodes.\"new.example.org\"")
            .replace("  web01 = inputs", "  \"new.example.org\" = inputs");
    var found = of(FLAKE.indexOf("web01.config") + 2);
    assertThat(renamed(found, "new.example.org")).isEqualTo(expected);
    assertThat(found.stream().filter(Occurrence::binds).map(Occurrence::file))
        .contains(Path.of("hosts.nix"));
    assertThat(of(FLAKE.indexOf(".#web01") + 3))
        .extracting(Occurrence::start)
        .isEqualTo(found.stream().map(Occurrence::start).toList());
  }

  @Test
  void namesThatAreTakenOrAreNone_areRefused() {
    var subject = References.at(scope, FLAKE.indexOf("web01.config") + 2).orElseThrow();
    assertThat(Renaming.of(scope, subject, "web02").refusal())
        .contains("the flake has a host 'web02' already");
    assertThat(Renaming.of(scope, subject, " ").refusal()).isPresent();
    assertThat(Renaming.of(scope, subject, "a\nb").refusal()).isPresent();
    assertThat(Renaming.of(scope, subject, "new").refusal()).isEmpty();
  }

  @Test
  void whatIsNoHost_hasNoReferences() {
    assertThat(References.at(scope, FLAKE.indexOf("packages.web01") + 10)).isEmpty();
    assertThat(References.at(scope, FLAKE.indexOf("inputs.web01") + 8)).isEmpty();
    assertThat(References.at(scope, FLAKE.indexOf("ssh web01") + 5)).isEmpty();
  }

  @Test
  void importedFile_isReadAsIfItStoodThere() {
    var inHosts =
        new KnownFlake().file("flake.nix", FLAKE).file("web.nix", WEB).scope("hosts.nix", HOSTS);
    assertThat(Symbols.in(inHosts))
        .extracting(Symbols.Symbol::name)
        .containsExactly("web01", "web02");
    assertThat(References.at(inHosts, HOSTS.indexOf("web01") + 1)).isPresent();
    assertThat(Completer.at(scope, FLAKE.indexOf("web01.config")).orElseThrow().items())
        .extracting(Completion.Item::name)
        .containsExactly("web01", "web02");
    assertThat(Deed.at(scope, FLAKE.indexOf(".#web01") + 3))
        .extracting(Deed.Offer::deed)
        .containsExactly(Deed.BUILD, Deed.DIFF, Deed.DEPLOY);
    assertThat(Symbols.of(scope))
        .extracting(one -> one.symbol().name())
        .containsExactlyInAnyOrder("web01", "web02", "alice@web01");
  }

  @Test
  void bindingsOfAFunction_areNoHosts() {
    var text =
        "{ outputs = _: { nixosConfigurations = builtins.mapAttrs (n: x: { config = x; }) { web01 ="
            + " { }; }; }; }";
    assertThat(Symbols.in(new KnownFlake().scope(text)))
        .extracting(Symbols.Symbol::name)
        .containsExactly("web01");
  }

  @Test
  void hints_areTheValuesOfPaths() {
    var flake = new KnownFlake().valued("nixosConfigurations.web01.config.port", "443");
    var text = "{ outputs = { self }: { x = self.nixosConfigurations.web01.config.port; }; }";
    assertThat(InlayHints.in(flake.scope(text), 0, text.length()))
        .containsExactly(new InlayHints.Hint(text.indexOf(';'), "= 443", "**443**"));
    assertThat(InlayHints.in(flake.scope(text), 0, 10)).isEmpty();
    var other = "{ outputs = { self }: { x = self.lib.version; y = self; }; }";
    assertThat(
            InlayHints.in(
                new KnownFlake().valued("lib.version", "3").scope(other), 0, other.length()))
        .extracting(InlayHints.Hint::text)
        .containsExactly("= 3");
  }

  @Test
  void hover_onWhatSelectsMany_tellsEach() {
    var flake =
        new KnownFlake()
            .valued("nixosConfigurations.*", "all")
            .valued("nixosConfigurations.{a,b}", "two")
            .valued("nixosConfigurations.{a,b}.port", "ports");
    var text =
        "{ outputs = _: { x = \"nixosConfigurations.*.c\"; y = \"nixosConfigurations.{a,b}.port\";"
            + " }; }";
    assertThat(Hovers.at(flake.scope(text), text.indexOf('*')).orElseThrow().markdown())
        .isEqualTo("**all**");
    assertThat(Hovers.at(flake.scope(text), text.indexOf("{a,")).orElseThrow().markdown())
        .isEqualTo("**two**");
    assertThat(Hovers.at(flake.scope(text), text.indexOf("port")).orElseThrow().markdown())
        .isEqualTo("**ports**");
  }
}
