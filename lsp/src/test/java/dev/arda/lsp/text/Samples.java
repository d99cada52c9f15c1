package dev.arda.lsp.text;

import java.util.List;

/** Texts that tests read in many ways. */
final class Samples {

  private Samples() {}

  static final String FLEET =
      """
      # A fleet.
      {
        description = "hosts and \\"users\\" of ${"a"} place";
        inputs.nixpkgs.url = "github:owner/repo";
        outputs =
          { self, nixpkgs, ... }@inputs:
          let
            lib = nixpkgs.lib;
            mkHost = name: extra: lib.nixosSystem { modules = [ ./base.nix { networking.hostName = name; } ] ++ extra; };
          in
          {
            nixosConfigurations = {
              web01 = mkHost "web01" [ ];
              "web.example.org" = mkHost "w" [ ./hosts/${"web"}/x.nix <nixpkgs/nixos> ];
            };
            nixosConfigurations.db01 = mkHost "db01" [ ];
            homeConfigurations."alice@web01" = import ./alice.nix { inherit inputs; inherit (self) outPath; };
            text = ''
              two lines ''${not} ${toString 1} '''quoted''' ''\\n
              $${neither}
            '';
            value = if 1 <= 2 && !false then 1.5e-3 else ~/x + /etc/y;
            "${lib.head [ "a" ]}" = rec { x = y; y = https://example.org/a?b=c; or = x or 1; };
            check = self.nixosConfigurations.web01.config."a.b".c or null == null -> true;
          };
      }
      """;

  /** Texts that are as people leave them while they type, or as nobody should write them. */
  static final List<String> BROKEN =
      List.of(
          "",
          "{",
          "}",
          "\"",
          "''",
          "${",
          "{ a = \"unfinished\n  b = 1; c = \"x\"; }",
          "{ a = \"${foo \n b = 2; }",
          "{ a = 1 b = 2; }",
          "{ a = [ 1 2; b = ( 3 }",
          "{ a.b. = 1; .c = 2; a..b = 3; }",
          "{ a = self.nixosConfigurations. ; b = 1; }",
          "let a = 1; { b = 2; }",
          "let in in in",
          "]]})))}}''\"",
          "{ x = ''' '' ''$ ''\\",
          "a: b: c@{ d ? { e = 1; }, ... }: {",
          "\u0000\uD800 # \uDC00\r\n\r'",
          "/* never closed",
          "inherit (",
          "{ inherit (a) b c \n d = 1; }",
          "./a/${b}/c/${",
          "<nixpkgs",
          "{ \"a${b}c\".d = 1; }",
          "x.\"y".repeat(5));
}
