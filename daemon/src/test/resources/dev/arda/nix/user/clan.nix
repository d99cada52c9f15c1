# The seed's section 15.7 as a flake; SANDBOX, USER_NAME and HOME_DIRECTORY are of the test.
{
  inputs.nixpkgs.url = "path:SANDBOX/nixpkgs";
  inputs.home-manager.url = "path:SANDBOX/home-manager";
  outputs = { self, nixpkgs, home-manager }:
    let pkgs = nixpkgs.legacyPackages.x86_64-linux; in
    {
      homeConfigurations.twin = home-manager.lib.homeManagerConfiguration {
        inherit pkgs;
        modules = [ { home = { username = "USER_NAME"; homeDirectory = "HOME_DIRECTORY"; stateVersion = "25.11"; }; } ];
      };
      clan.core.users = {
        twin = { stateVersion = throw "not asked"; };
        alice = {
          username = "USER_NAME";
          homeDirectory = "HOME_DIRECTORY";
          shell = "zsh";
          stateVersion = "23.11";
          packages = [ pkgs.vim pkgs.git ];
          programs = {
            vim = {
              enable = true;
              plugins = with pkgs.vimPlugins; [ vim-nix ];
            };
            zsh.enable = true;
          };
          sessionVariables.EDITOR = "vim";
          dotfiles = {
            ".vimrc" = ./users/alice/templates/vimrc;
            ".zshrc" = ./users/alice/templates/zshrc;
            ".gitconfig" = ./users/alice/templates/gitconfig;
            ".local/bin/hello" = ./users/alice/templates/hello;
            ".config/tree" = ./users/alice/tree;
            ".raw" = { source = ./users/alice/templates/vimrc; template = false; };
            ".text" = { text = "a text for {{hostName}}\n"; };
          };
          secrets = ./users/alice/secrets.nix;
          devShells = {
            python = ./users/alice/shells/python;
            built = pkgs.vim;
          };
        };
        bob = { stateVersion = "25.11"; packages = pkgs: [ pkgs.dash ]; shell = pkgs.dash; };
        mallory = {
          homeDirectory = ./.;
          shell = "no-such-shell";
          stateVersion = 25;
          packages = [ pkgs.vim "git" ];
          programs.vim = true;
          dotfiles."../.ssh/config" = ./flake.nix;
          dotfiles.".missing" = ./users/no-such-file;
          dotfiles.".both" = { source = ./flake.nix; text = ""; };
          pakages = [ ];
        };
        "\${builtins.abort \"code\"}" = { stateVersion = "25.11"; };
      };
      nixosConfigurations.web.config.users = {
        defaultUserShell = pkgs.bash;
        users = { alice.shell = pkgs.zsh; bob.shell = "/bin/fish"; carol.shell = null; };
      };
    };
}
