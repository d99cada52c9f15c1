# The fix point: modules declare options and define values for each other's.
let
  inherit (builtins) attrNames concatLists concatMap concatStringsSep elemAt filter foldl' genericClosure genList isFunction isPath length mapAttrs removeAttrs zipAttrsWith;
  definitions = import ./definitions.nix;
  types = import ./types.nix;

  # Every module that these import, once each: { key, file, options, config, imports }.
  collect =
    arguments: modules:
    let
      load =
        key: module:
        let
          loaded = if isPath module then import module else module;
          body = if isFunction loaded then loaded arguments else loaded;
          full = body ? config || body ? options;
        in
        {
          key = if isPath module then toString module else key;
          file = body._file or (if isPath module then baseNameOf module else key);
          options = body.options or { };
          config = if full then body.config or { } else removeAttrs body [ "_file" "imports" ];
          imports = body.imports or [ ];
        };
      number = key: list: genList (n: load "${key}:${toString n}" (elemAt list n)) (length list);
    in
    genericClosure {
      startSet = number "" modules;
      operator = module: number module.key module.imports;
    };

  leaf = declaration: declaration.value._type or "" == "option";

  # Declared options meet definitions, level by level. Nothing is known of the values yet, except which attributes they have.
  tree =
    location: declarations: defs:
    let
      declared = zipAttrsWith (_: values: values) (
        map (d: mapAttrs (_: value: { inherit (d) file; inherit value; }) d.value) declarations
      );
      defined = zipAttrsWith (_: values: values) (
        concatMap (d: map (mapAttrs (_: value: { inherit (d) file; inherit value; })) (definitions.pushDown d.value)) defs
      );
      merged = mapAttrs (
        name: here:
        let
          path = location ++ [ name ];
          given = defined.${name} or [ ];
        in
        if leaf (builtins.head here) then option path here given else tree path here given
      ) declared;
      names = attrNames merged;
    in
    {
      options = mapAttrs (_: m: m.options) merged;
      config = mapAttrs (_: m: m.config) merged;
      count = foldl' (sum: name: sum + merged.${name}.count) 0 names;
      unmatched =
        concatMap (name: merged.${name}.unmatched) names
        ++ map (name: location ++ [ name ]) (attrNames (removeAttrs defined names));
    };

  option =
    location: declarations: given:
    let
      declaration = foldl' (all: d: all // d.value) { } declarations;
      fallback = {
        file = (builtins.head declarations).file;
        value = definitions.mkOptionDefault declaration.default;
      };
      value = types.mergeWith declaration.type location (given ++ (if declaration ? default then [ fallback ] else [ ]));
    in
    {
      options = {
        _type = "option";
        inherit location;
        inherit (declaration) description;
        type = declaration.type.name;
        files = map (d: d.file) declarations;
        isDefined = given != [ ];
      };
      config = if declaration ? apply then declaration.apply value else value;
      count = 1;
      unmatched = [ ];
    };

  evaluateAt =
    location: arguments: modules:
    let
      collected = collect (arguments // { inherit config; options = whole.options; }) modules;
      whole = tree location (map (m: { inherit (m) file; value = m.options; }) collected) (
        map (m: { inherit (m) file; value = m.config; }) collected
      );
      # As in the real one: whoever reads any value pays for the certainty that every definition has its option.
      config =
        if whole.unmatched == [ ] then
          whole.config
        else
          throw "The option `${concatStringsSep "." (builtins.head whole.unmatched)}' does not exist.";
    in
    {
      inherit config;
      inherit (whole) options count;
    };
in
{
  evaluate = { modules, arguments }: evaluateAt [ ] arguments modules;
  submodule =
    { location, modules }:
    (evaluateAt location { name = elemAt location (length location - 1); } modules).config;
}
