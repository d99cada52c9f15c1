# Home configurations without nixpkgs: derivations whose ./activate keeps to home-manager's contract.
# USER and HOME stand for the user and the home directory of the test.
{
  outputs = { self }:
    let
      count = n: f: builtins.foldl' (a: i: a + f i) 0 (builtins.genList (i: i) n);
      sh = name: script: env: derivation ({
        inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-ec" script ]; PATH = "/usr/bin:/bin";
      } // env);
      activate = directory: code: after: ''
        #!/bin/sh
        set -e
        version=0
        while [ $# -gt 0 ]; do
          case "$1" in --driver-version) version=$2; shift ;; *) echo "Unknown option: $1" >&2; exit 1 ;; esac
          shift
        done
        [ "$USER" = USER_NAME ] || { echo "Error: USER is set to \"$USER\" but we expect USER_NAME" >&2; exit 1; }
        [ "$HOME" = ${directory} ] || { echo "Error: HOME is set to \"$HOME\" but we expect ${directory}" >&2; exit 1; }
        gen=$(dirname "$(readlink -f "$0")")
        state=''${XDG_STATE_HOME:-$HOME/.local/state}
        root=$state/home-manager/gcroots/current-home
        echo "Starting Home Manager activation"
        echo "driver=$version dry=''${DRY_RUN-unset} backup=''${HOME_MANAGER_BACKUP_EXT-unset} uid=$(id -u) runtime=''${XDG_RUNTIME_DIR-unset} bus=''${DBUS_SESSION_BUS_ADDRESS-unset}" >> "$HOME/journal"
        echo "Activating checkLinkTargets"
        (cd "$gen/home-files" && find . -type f -o -type l) | while read -r f; do
          t=$HOME/$f
          if [ -e "$t" ] && ! [ -L "$t" ] && ! cmp -s "$gen/home-files/$f" "$t"; then
            echo "Existing file '$t' would be clobbered" >&2
            exit 1
          fi
        done
        mkdir -p "$state/home-manager/gcroots"
        profiles=$state/nix/profiles
        [ -d "$profiles" ] || profiles=$NIX_STATE_DIR/profiles/per-user/$USER
        [ -d "$profiles" ] || { echo "Could not find suitable profile directory" >&2; exit 1; }
        echo "Activating linkGeneration"
        if [ -L "$root" ]; then
          (cd "$root/home-files" && find . -type f -o -type l) | while read -r f; do
            [ -e "$gen/home-files/$f" ] || rm -f "$HOME/$f"
          done
        fi
        (cd "$gen/home-files" && find . -type f -o -type l) | while read -r f; do
          mkdir -p "$(dirname "$HOME/$f")"
          ln -sfn "$gen/home-files/''${f#./}" "$HOME/$f"
        done
        if [ "$version" = 0 ] || [ ! -e "$gen/gen-version" ]; then nix-env -p "$profiles/home-manager" --set "$gen"; fi
        ln -sfn "$gen" "$root"
        ${after}
        echo "Activating reloadSystemd"
        exit ${toString code}
      '';
      home = { files ? { }, code ? 0, legacy ? false, after ? "", special ? null, directory ? "HOME_DIRECTORY" }:
        {
          activationPackage = sh "home-manager-generation" ''
            mkdir -p $out/home-files
            eval "$writeFiles"
            printf '%s' "$text" > $out/activate
            chmod +x $out/activate
            [ -n "$legacy" ] || echo 1 > $out/gen-version
            if [ -n "$special" ]; then mkdir -p $out/specialisation; ln -s "$special" $out/specialisation/night; fi
          '' {
            text = activate directory code after;
            legacy = if legacy then "1" else "";
            special = if special == null then "" else special.activationPackage;
            writeFiles = builtins.concatStringsSep "\n" (builtins.attrValues (builtins.mapAttrs
              (name: text: "mkdir -p \"$(dirname \"$out/home-files/${name}\")\"; printf '%s' '${text}' > \"$out/home-files/${name}\"")
              files));
          };
          config.home = {
            username = "USER_NAME"; homeDirectory = directory; stateVersion = "25.11";
            file = builtins.mapAttrs (name: _: { target = name; force = name == ".forced"; }) files;
          };
        };
    in
    {
      homeConfigurations = {
        alice = home { files = { ".config/demo.conf" = "one"; ".profile" = "p"; }; };
        alice2 = home { files = { ".config/demo.conf" = "two"; ".new" = "n"; }; };
        failing = home { files = { ".config/demo.conf" = "bad"; ".bad" = "b"; }; code = 9; after = "echo last words"; };
        elsewhere = home { files = { ".elsewhere" = "e"; }; directory = "HOME_DIRECTORY-elsewhere"; };
        legacy = home { files = { ".legacy" = "l"; }; legacy = true; };
        legacyfailing = home { files = { ".legacy" = "f"; }; legacy = true; code = 7; };
        forced = home { files = { ".forced" = "f"; }; };
        spec = home { files = { ".base" = "b"; }; special = home { files = { ".base" = "night"; }; }; };
        slow = home { files = { ".slow" = "s"; }; after = "echo waiting; while [ ! -e \"$HOME/go\" ]; do sleep 0.05; done"; };
        messy = home { files = { ".messy" = "m"; ".profile" = "m"; }; } // {
          activationPackage = sh "messy" "mkdir -p $out/home-files; echo m > $out/home-files/.messy; printf '%s' \"$text\" > $out/activate; chmod +x $out/activate" {
            text = "#!/bin/sh\nln -s \"$(dirname \"$(readlink -f \"$0\")\")/home-files/.messy\" \"$HOME/.messy\"; exit 4\n";
          };
        };
        sleeping.activationPackage = sh "sleeping" "sleep 2468" { };
        sluggish.activationPackage = builtins.seq (count 100000 (_: count 100000 (_: 1))) (sh "sluggish" "exit 3" { });
        unbuildable.activationPackage = sh "broken" "echo no compiler >&2; exit 3" { };
        broken = throw "no such module";
        stranger = home { } // { config.home = { username = "nobody-at-all"; homeDirectory = "/nowhere"; }; };
      };
    };
}
