# Calls a flake whose state is already known: the source tree is in the store and every input is locked. Nix's own way of calling one starts
# from a reference and would look at the working tree again; this one is bound to the tree it is given, so that an answer belongs to the state
# it was asked of. What `self` and the inputs hold follows Nix's manual ("flake format") and is tested against `nix eval` on each supported Nix.
#
# source   { path, narHash, lastModified }: the source tree, a store path
# info     what `self.sourceInfo` holds beside those, for example `rev` or `dirtyRev`
# subdir   directory of the flake below the tree; "" for its root
# locks    the lock file, as a value
{ source, info, subdir, locks }:
let
  # Since this builtin, `outPath` of a flake names its sub-directory and flakes have a `_type`.
  modern = builtins ? readFileType;
  # Since then, an input at a relative path shares the `sourceInfo` of the flake it lies in, and one that is no flake has a `sourceInfo`, too.
  sharedSource = modern && builtins.compareVersions builtins.nixVersion "2.27" >= 0;

  # Makes the tree readable in pure evaluation, without copying: it is in the store.
  rootTree = builtins.fetchTree ({ type = "path"; } // source);
  rootSource = rootTree // info;

  below = dir: if dir == "" then "" else "/" + dir;
  isRelative = locked: locked.type == "path" && builtins.substring 0 1 locked.path != "/";

  # An input is the name of a node, or a path of inputs to follow from the root.
  target = input: if builtins.isList input then follow locks.root input else input;
  follow = key: path:
    if path == [ ] then key
    else follow (target locks.nodes.${key}.inputs.${builtins.head path}) (builtins.tail path);

  nodes = builtins.mapAttrs node locks.nodes;

  node = key: spec:
    let
      isRoot = key == locks.root;
      parent = nodes.${follow locks.root spec.parent};
      relative = !isRoot && modern && spec ? parent && isRelative spec.locked;
      relativePath = parent.outPath + ("/" + spec.locked.path);
      sourceInfo =
        if isRoot then rootSource
        else if relative then parent.sourceInfo // (if sharedSource then { } else { outPath = relativePath; })
        else builtins.fetchTree ((spec.info or { }) // builtins.removeAttrs spec.locked [ "dir" "__final" ]);
      outPath =
        if relative then relativePath
        else sourceInfo.outPath + below (if isRoot then subdir else spec.locked.dir or "");
      flake = import (outPath + "/flake.nix");
      inputs = builtins.mapAttrs (name: input: nodes.${target input}.value) (spec.inputs or { });
      outputs = flake.outputs (inputs // { self = value; });
      value =
        outputs // sourceInfo
        // { inherit inputs outputs sourceInfo; }
        // (if modern then { inherit outPath; _type = "flake"; } else { });
    in
    {
      inherit sourceInfo outPath;
      value =
        if spec.flake or true then value
        else if sharedSource then sourceInfo // { inherit sourceInfo outPath; }
        else sourceInfo;
    };
in
nodes.${locks.root}.value
