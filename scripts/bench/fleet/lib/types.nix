# Types: whether a value belongs to one, and how several definitions become one value.
let
  inherit (builtins) all attrNames attrValues concatLists concatMap concatStringsSep elem head isAttrs isBool isInt isList isString length mapAttrs zipAttrsWith;
  definitions = import ./definitions.nix;
  at = concatStringsSep ".";
  same =
    location: defs:
    let
      first = (head defs).value;
    in
    if all (d: d.value == first) defs then
      first
    else
      throw "The option `${at location}' has conflicting definitions, in ${concatStringsSep " and " (map (d: d.file) defs)}.";
in
rec {
  # One value out of definitions that may still have conditions, priorities and orders.
  mergeWith =
    type: location: raw:
    let
      effective = definitions.effective (concatMap (d: definitions.discharge d.file d.value) raw);
      wrong = builtins.filter (d: !type.check d.value) effective;
    in
    if effective == [ ] then
      throw "The option `${at location}' is used but not defined."
    else if wrong != [ ] then
      throw "A definition for option `${at location}' is not of type `${type.name}', in ${(head wrong).file}."
    else
      type.merge location effective;

  scalar = name: check: { inherit name check; merge = same; };
  bool = scalar "boolean" isBool;
  int = scalar "integer" isInt;
  str = scalar "string" isString;
  port = scalar "port" (x: isInt x && x >= 0 && x < 65536);
  enum = values: scalar "one of ${concatStringsSep ", " values}" (x: elem x values);
  package = scalar "package" (x: isAttrs x && x ? outPath);
  lines = {
    name = "lines";
    check = isString;
    merge = _: defs: concatStringsSep "\n" (map (d: d.value) defs);
  };
  nullOr = type: {
    name = "null or ${type.name}";
    check = x: x == null || type.check x;
    merge = location: defs: if all (d: d.value == null) defs then null else type.merge location defs;
  };
  listOf = type: {
    name = "list of ${type.name}";
    check = isList;
    merge =
      location: defs:
      concatLists (
        map (d: map (value: mergeWith type (location ++ [ "*" ]) [ { inherit (d) file; inherit value; } ]) d.value) defs
      );
  };
  attrsOf = type: {
    name = "attribute set of ${type.name}";
    check = isAttrs;
    merge =
      location: defs:
      mapAttrs (name: mergeWith type (location ++ [ name ])) (
        zipAttrsWith (_: values: values) (
          concatMap (d: map (mapAttrs (_: value: { inherit (d) file; inherit value; })) (definitions.pushDown d.value)) defs
        )
      );
  };
  submodule = module: {
    name = "submodule";
    check = isAttrs;
    merge =
      location: defs:
      (import ./modules.nix).submodule {
        inherit location;
        modules = [ module ] ++ map (d: { _file = d.file; config = d.value; }) defs;
      };
  };
}
