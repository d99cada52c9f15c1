{
  modules = import ./modules.nix;
  types = import ./types.nix;
  inherit (import ./definitions.nix) mkIf mkMerge mkOverride mkDefault mkForce mkOrder mkBefore mkAfter;
  mkOption = option: { _type = "option"; } // option;
}
