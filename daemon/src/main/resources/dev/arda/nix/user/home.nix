# The home configuration of an entry of clan.core.users, made with the flake's own home-manager and nixpkgs.
#   flake     the flake
#   name      name of the entry
#   hostName  name of the machine that the home is on
#   system    of that machine
{ flake, name, hostName, system }:
let
  inherit (builtins)
    attrNames baseNameOf concatLists concatStringsSep elem elemAt filter genList head isAttrs isBool isFunction isInt isList isPath isString length
    listToAttrs map mapAttrs match pathExists readDir replaceStrings split substring typeOf unsafeGetAttrPos;

  user = flake.clan.core.users.${name};
  pkgs = flake.inputs.nixpkgs.legacyPackages.${system};
  lib = flake.inputs.nixpkgs.lib;

  username = user.username or name;
  homeDirectory = user.homeDirectory or ((if match ".*-darwin" system != null then "/Users/" else "/home/") + username);
  packages = let given = user.packages or [ ]; in if isFunction given then given pkgs else given;
  programs = let given = user.programs or { }; in if isFunction given then given pkgs else given;
  dotfiles = user.dotfiles or { };
  shell = user.shell or null;

  # What is wrong with the entry; in order, with places.
  isText = value: isString value && match "[^\n]*" value != null;
  isPackage = value: isAttrs value && value.type or null == "derivation";
  isSet = value: isAttrs value && !isPackage value;
  fields = {
    username = { what = "a name"; test = value: isText value && match "[A-Za-z0-9_][A-Za-z0-9_.+-]*[$]?" value != null; };
    homeDirectory = { what = "an absolute path, as a string"; test = value: isText value && match "/.*" value != null; };
    shell = { what = "the name of a shell, or a package"; test = value: isText value || isPackage value; };
    stateVersion = { what = "a release such as \"25.11\""; test = value: isText value && match "[0-9]{2}[.][0-9]{2}" value != null; };
    packages = { what = "a list of packages, or a function from pkgs to one"; test = value: isList value || isFunction value; };
    programs = { what = "a set of home-manager's programs, or a function from pkgs to one"; test = value: isSet value || isFunction value; };
    sessionVariables = { what = "a set of strings and numbers"; test = value: isSet value; };
    dotfiles = { what = "a set of files, by their paths below the home directory"; test = isSet; };
    secrets = { what = "a path"; test = value: isPath value || isText value; };
    devShells = { what = "a set of paths and derivations"; test = isSet; };
  };

  place = set: attribute: unsafeGetAttrPos attribute set;
  problem = where: message: {
    inherit message;
    place = if where == null then null else { inherit (where) file line column; };
  };
  shown = value:
    if isPackage value then "a package" else if isString value then "a string" else if isAttrs value then "a set"
    else { int = "a number"; float = "a number"; bool = "a boolean"; list = "a list"; lambda = "a function"; null = "null"; path = "a path"; }.${typeOf value};

  inputProblems =
    (if flake.inputs ? home-manager then
      (if flake.inputs.home-manager ? lib && flake.inputs.home-manager.lib ? homeManagerConfiguration then [ ]
      else [ (problem null "the input home-manager has no lib.homeManagerConfiguration, so it is not home-manager") ])
    else [ (problem null "the flake has no input home-manager; add inputs.home-manager.url = \"github:nix-community/home-manager\"") ])
    ++ (if flake.inputs ? nixpkgs then
      (if flake.inputs.nixpkgs ? legacyPackages && flake.inputs.nixpkgs.legacyPackages ? ${system} then [ ]
      else [ (problem null "the input nixpkgs has no legacyPackages.${system}") ])
    else [ (problem null "the flake has no input nixpkgs; add inputs.nixpkgs.url = \"github:NixOS/nixpkgs\"") ]);

  fieldProblems = concatLists (map
    (field:
      if !(fields ? ${field}) then [ (problem (place user field) "${field} is not known; there are ${concatStringsSep ", " (attrNames fields)}") ]
      else if !(fields.${field}.test user.${field}) then [ (problem (place user field) "${field} is ${fields.${field}.what}, not ${shown user.${field}}") ]
      else elements.${field} or [ ])
    (attrNames user))
  ++ (if user ? stateVersion then [ ] else [ (problem (place flake.clan.core.users name) "stateVersion is missing: the release of home-manager that the home began with, such as \"25.11\"") ]);

  # Of fields whose own type is right.
  elements = {
    packages = if inputProblems != [ ] && isFunction user.packages then [ ]
      else if !(isList packages) then [ (problem (place user "packages") "packages gives ${shown packages}, not a list") ]
      else concatLists (genList
        (i: if isPackage (elemAt packages i) then [ ] else [ (problem (place user "packages") "packages[${toString i}] is ${shown (elemAt packages i)}, not a package") ])
        (length packages));
    programs = if inputProblems != [ ] && isFunction user.programs then [ ]
      else if !(isSet programs) then [ (problem (place user "programs") "programs gives ${shown programs}, not a set") ]
      else concatLists (map
        (program: if isSet programs.${program} then [ ] else [ (problem (place programs program) "programs.${program} is a set, not ${shown programs.${program}}") ])
        (attrNames programs));
    sessionVariables = concatLists (map
      (variable:
        let value = user.sessionVariables.${variable}; in
        if isString value || isInt value then [ ]
        else [ (problem (place user.sessionVariables variable) "sessionVariables.${variable} is a string or a number, not ${shown value}") ])
      (attrNames user.sessionVariables));
    dotfiles = concatLists (map (target: dotfileProblems target dotfiles.${target} (place dotfiles target)) (attrNames dotfiles));
    devShells = concatLists (map
      (entry:
        let value = user.devShells.${entry}; in
        if isPath value || isPackage value || isText value then [ ]
        else [ (problem (place user.devShells entry) "devShells.${entry} is a path or a derivation, not ${shown value}") ])
      (attrNames user.devShells));
    shell =
      if inputProblems != [ ] || isPackage shell || match ".*/.*" shell != null || elem shell programShells || pkgs ? ${shell} then [ ]
      else [ (problem (place user "shell") "shell names ${shell}, and nixpkgs has no package of that name") ];
  };

  dotfileProblems = target: value: where:
    let
      wrong = message: [ (problem where "dotfiles.\"${target}\" ${message}") ];
      known = [ "source" "text" "template" "executable" "force" ];
      strange = filter (field: !(elem field known)) (attrNames value);
    in
    if target == "" || match "/.*" target != null || elem ".." (filter isString (split "/" target)) || match "[^\n]*" target == null
    then wrong "is not a path below the home directory"
    else if isPath value then (if pathExists value then [ ] else wrong "is ${relative value}, which is not there (is it tracked by git?)")
    else if isPackage value then [ ]
    else if isString value then (if match "/.*" value != null then [ ] else wrong "is a string; a text is written { text = …; }")
    else if !(isAttrs value) then wrong "is a path, or a set with source or text, not ${shown value}"
    else if strange != [ ] then wrong "has ${head strange}, which is not known; there are ${concatStringsSep ", " known}"
    else if (value ? source) == (value ? text) then wrong "has either source or text"
    else if value ? text && !(isString value.text) then wrong "has a text that is ${shown value.text}"
    else concatLists (map
      (flag: if isBool (value.${flag} or false) then [ ] else wrong "has ${flag}, which is true or false")
      [ "template" "executable" "force" ])
    ++ (if value ? source then dotfileProblems target value.source where else [ ]);

  relative = path:
    let root = toString flake.outPath; text = toString path; in
    if substring 0 (builtins.stringLength root) text == root then substring (builtins.stringLength root + 1) 1000 text else text;

  problems = inputProblems ++ fieldProblems;

  # Dotfiles. Files of the flake are templates: {{name}} stands for a fact of the home. They are rendered by a build, from facts alone.
  facts = {
    inherit hostName username homeDirectory system;
    stateVersion = user.stateVersion;
    shell = shellName;
  };
  escaped = replaceStrings [ "\\" "&" "|" ] [ "\\\\" "\\&" "\\|" ];
  script = concatStringsSep "\n" (map (fact: "s|{{ *${fact} *}}|${escaped facts.${fact}}|g") (attrNames facts));
  storeName = target: "dotfile-" + substring 0 100 (concatStringsSep "-" (filter isString (split "[^A-Za-z0-9+._?=-]+" target)));
  isDirectory = path: (readDir (dirOf path)).${baseNameOf path} or null == "directory";
  rendered = target: source: pkgs.runCommand (storeName target)
    {
      inherit script;
      source = builtins.path { path = source; name = storeName target; };
      preferLocalBuild = true;
      allowSubstitutes = false;
    } ''
    sed -e "$script" "$source" > "$out"
    if [ -x "$source" ]; then chmod +x "$out"; fi
  '';
  dotfile = target: value:
    if isSet value && !(value ? outPath) then
      (if value ? text then { inherit (value) text; } else dotfileSource target value.source (value.template or true))
      // (if value ? executable then { inherit (value) executable; } else { })
      // { force = value.force or false; }
    else dotfileSource target value true;
  dotfileSource = target: source: template:
    if !(isPath source) then { inherit source; }
    else if isDirectory source then { source = builtins.path { path = source; name = storeName target; }; recursive = true; }
    else if template then { source = rendered target source; }
    else { source = builtins.path { path = source; name = storeName target; }; };

  # Shells that home-manager configures; another one is only installed.
  programShells = [ "bash" "fish" "nushell" "zsh" ];
  shellName = if shell == null then "" else if isPackage shell then shell.pname or shell.name else baseNameOf shell;
  shellModule =
    if shell == null then { }
    else if elem shellName programShells then { programs.${shellName}.enable = lib.mkDefault true; }
    else if isPackage shell then { home.packages = [ shell ]; }
    else if match ".*/.*" shell != null then { }
    else { home.packages = [ pkgs.${shell} ]; };

  # Which secrets there are and where they go; never what they are. The file is read only when they are asked for.
  secrets =
    if !(user ? secrets) then { file = ""; }
    else if !(fields.secrets.test user.secrets) then throw "clan.core.users.${name}: secrets is a path, not ${shown user.secrets}"
    else { file = toString user.secrets; said = import user.secrets; };

  configuration =
    if problems != [ ] then throw "clan.core.users.${name}: ${concatStringsSep "; " (map (one: one.message) problems)}"
    else flake.inputs.home-manager.lib.homeManagerConfiguration {
      inherit pkgs;
      modules = [
        {
          home = {
            inherit username homeDirectory packages;
            inherit (user) stateVersion;
            sessionVariables = user.sessionVariables or { };
            file = mapAttrs dotfile dotfiles;
          };
          inherit programs;
        }
        shellModule
      ];
    };
in
{
  inherit problems secrets configuration;
  facts = { inherit username homeDirectory; };
}
