# Definitions that hold only on a condition, with a priority or in an order, and how they come down to plain values.
let
  inherit (builtins) concatMap filter foldl' mapAttrs sort;
  kind = value: value._type or "";
in
rec {
  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOverride = priority: content: { _type = "override"; inherit priority content; };
  mkOrder = order: content: { _type = "order"; inherit order content; };
  mkDefault = mkOverride 1000;
  mkForce = mkOverride 50;
  mkOptionDefault = mkOverride 1500;
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;

  # A definition of a set as definitions of its attributes, without asking whether its conditions hold: those may depend on the result.
  pushDown =
    definition:
    if kind definition == "merge" then
      concatMap pushDown definition.contents
    else if kind definition == "if" then
      map (mapAttrs (_: mkIf definition.condition)) (pushDown definition.content)
    else if kind definition == "override" then
      map (mapAttrs (_: mkOverride definition.priority)) (pushDown definition.content)
    else
      [ definition ];

  # The values of a definition whose conditions hold, each with its priority and order.
  discharge =
    file: value:
    if kind value == "merge" then
      concatMap (discharge file) value.contents
    else if kind value == "if" then
      (if value.condition then discharge file value.content else [ ])
    else if kind value == "override" then
      map (d: d // { inherit (value) priority; }) (discharge file value.content)
    else if kind value == "order" then
      map (d: d // { inherit (value) order; }) (discharge file value.content)
    else
      [ { inherit file value; priority = 100; order = 1000; } ];

  # Those of the strongest priority, in their order. The sort is stable.
  effective =
    definitions:
    let
      strongest = foldl' (least: d: if d.priority < least then d.priority else least) 9999 definitions;
      kept = filter (d: d.priority == strongest) definitions;
      ordered = foldl' (found: d: found || d.order != 1000) false kept;
    in
    if ordered then sort (a: b: a.order < b.order) kept else kept;
}
