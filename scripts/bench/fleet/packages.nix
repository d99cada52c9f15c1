# The packages of the fleet, the part of the work that hosts share: a fix point with overlays, in which each package knows its closure.
{ lib, size }:
let
  inherit (builtins) attrNames concatStringsSep foldl' genList getAttr hashString listToAttrs mapAttrs substring;
  modulo = a: b: a - b * (a / b);
  label = number: "p${toString number}";

  build =
    { name, version, dependencies }:
    let
      closure = foldl' (all: d: all // d.closure) { } dependencies // { "${name}" = version; };
      hash = hashString "sha256" (concatStringsSep " " (map (n: "${n}-${closure.${n}}") (attrNames closure)));
    in
    {
      inherit name version closure;
      outPath = "/made-up/${substring 0 32 hash}-${name}-${version}";
      meta = {
        description = "The package ${name}";
        feature = "with-${substring 0 4 hash}";
        port = 1024 + modulo (foldl' (sum: d: sum + d.meta.port) 7 dependencies) 60000;
      };
    };

  base =
    final:
    listToAttrs (
      genList (number: {
        name = label number;
        value = build {
          name = label number;
          version = "1.${toString (modulo number 10)}";
          dependencies =
            if number == 0 then
              [ ]
            else
              genList (d: final.${label (modulo (7919 * (d + 1) + 31 * number) number)}) (
                if number < size.dependencies then number else size.dependencies
              );
        };
      }) size.packages
    );

  # An overlay rebuilds every tenth package on top of the one it finds.
  rebuild =
    final: previous:
    listToAttrs (
      genList (n: {
        name = label (n * 10);
        value = build {
          name = label (n * 10);
          version = "${previous.${label (n * 10)}.version}.1";
          dependencies = if n == 0 then [ ] else [ final.${label (n * 10 - 1)} ];
        };
      }) (size.packages / 10)
    );

  set = let previous = base set; in previous // rebuild set previous;
  digest = hashString "sha256" (concatStringsSep " " (map (n: set.${n}.outPath) (attrNames set)));
in
{
  # The set as a whole is looked through before anything in it is used, so that every host needs all of it.
  set = builtins.seq digest set;
  inherit digest;
  # The package of a service. There are more packages than services.
  service = number: builtins.seq digest set.${label (size.packages - 1 - modulo number size.packages)};
}
