package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys of bindings of which is known elsewhere what they can be. */
class KeysTest {

  private static final String OPTIONS = "nixosConfigurations.web.options.";

  private final KnownFlake flake =
      new KnownFlake()
          .with(OPTIONS, "boot", "services")
          .with(OPTIONS + "services.", "nginx", "openssh")
          .with(OPTIONS + "services.nginx.", "enable", "virtualHosts")
          .with(OPTIONS + "services.nginx.enable.", "_type", "default", "type")
          .with("homeConfigurations.alice.options.programs.", "git");

  private List<String> offered(String path, String marked) {
    int cursor = marked.indexOf('¦');
    return Completer.at(flake.scope(path, marked.replace("¦", "")), cursor)
        .map(found -> found.items().stream().map(Completion.Item::name).toList())
        .orElse(List.of());
  }

  private List<String> inModules(String modules) {
    return offered(
        "flake.nix",
        "{ outputs = { self, nixpkgs }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = %s; }; }; }"
            .formatted(modules));
  }

  @Test
  void optionsOfAModule_areThoseOfItsHost() {
    assertThat(inModules("[ ({ pkgs, ... }: { services.¦ }) ]"))
        .containsExactly("nginx", "openssh");
    assertThat(inModules("[ ./a.nix { services.nginx = { ena¦ = true; }; } ]"))
        .containsExactly("enable");
    assertThat(inModules("[ { config = lib.mkIf true { services.nginx.¦ }; } ]"))
        .containsExactly("enable", "virtualHosts");
    assertThat(inModules("[ { imports = [ { services = { ¦ }; } ]; } ]"))
        .containsExactly("nginx", "openssh");
    assertThat(inModules("[ { ¦ } ]")).containsExactly("boot", "services");
    assertThat(
            offered(
                "flake.nix",
                "{ outputs = _: { homeConfigurations.alice = x { modules = [ { programs.¦ } ]; }; }; }"))
        .containsExactly("git");
  }

  @Test
  void whatIsInAnOption_isNotAnOption() {
    assertThat(inModules("[ { services.nginx.enable = { ¦ }; } ]")).isEmpty();
    assertThat(inModules("[ { services.nginx.virtualHosts.a = { ¦ }; } ]")).isEmpty();
  }

  @Test
  void whatIsNoModule_hasNoOptions() {
    assertThat(inModules("[ (import ./x.nix { ¦ }) ]")).isEmpty();
    assertThat(inModules("[ ({ pkgs, ¦ }: { }) ]")).isEmpty();
    assertThat(inModules("[ ({ ¦ }: { }) ]")).isEmpty();
    assertThat(inModules("[ (args@{ ¦ }: { }) ]")).isEmpty();
    assertThat(inModules("[ (let ¦ in { }) ]")).isEmpty();
    assertThat(inModules("[ { options = { }; config = { }; ¦ } ]")).isEmpty();
    assertThat(inModules("[ { options.¦ } ]")).isEmpty();
    assertThat(offered("hosts/web.nix", "{ services.¦ }")).isEmpty();
    assertThat(
            offered(
                "flake.nix",
                "{ outputs = _: { nixosConfigurations.${x} = y { modules = [ { services.¦ } ]; }; }; }"))
        .isEmpty();
  }

  @Test
  void optionsKey_tellsTheValueThatItHasInTheEnd() {
    flake.valued("nixosConfigurations.web.config.services.nginx.enable", "true");
    var text =
        "{ outputs = _: { nixosConfigurations.web = y { modules = [ { services.nginx.enable = false; } ]; }; }; }";
    assertThat(Hovers.at(flake.scope(text), text.indexOf("enable") + 2).orElseThrow().markdown())
        .isEqualTo("**true**");
    assertThat(Definitions.at(flake.scope(text), text.indexOf("enable") + 2)).isEmpty();
  }

  private static final String INVENTORY =
      """
      {
        inventory.instances = {
          backup = {
            module = { name = "borgbackup"; input = "clan-core"; };
            roles.client.machines.jon = { };
            roles.¦ = { };
          };
          other-backup = {
            module.name = "borgbackup";
            module.input = "clan-core";
            roles.server.tags.nas = { };
          };
          zerotier.roles.controller = { };
        };
      }
      """;

  @Test
  void roles_areThoseOfTheService() {
    assertThat(offered("clan.nix", INVENTORY)).containsExactly("client", "server");
    flake.with(
        "clanInternals.inventoryClass.modulesPerSource.clan-core.borgbackup.roles.",
        "client",
        "server",
        "verifier");
    assertThat(offered("clan.nix", INVENTORY)).containsExactly("client", "server", "verifier");
  }

  @Test
  void serviceWithoutAName_isCalledAsItsInstance() {
    flake.with(
        "clanInternals.inventoryClass.staticModules.zerotier.roles.", "controller", "moon", "peer");
    assertThat(
            offered(
                "flake.nix",
                "{ outputs = _: { clan.inventory.instances.zerotier.roles.p¦ = { }; }; }"))
        .containsExactly("peer");
    assertThat(offered("flake.nix", "{ outputs = _: { a.instances.${x}.roles.p¦ = { }; }; }"))
        .isEmpty();
  }
}
