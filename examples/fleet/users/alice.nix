{ packages }:
{
  homeDirectory = "/home/alice";
  shell = "zsh";
  stateVersion = "25.11";

  packages = [ packages.greeting ];

  programs = {
    git = {
      enable = true;
      userName = "Alice";
      userEmail = "alice@fleet.example";
    };
    vim.enable = true;
    zsh.enable = true;
  };

  dotfiles = {
    ".vimrc" = ./alice/templates/vimrc;
    ".gitconfig" = ./alice/templates/gitconfig;
  };

  devShells.notes = ./alice/shells/notes;
}
