{ packages }:
{
  homeDirectory = "/home/bob";
  shell = "bash";
  stateVersion = "25.11";

  packages = [ ];

  programs.psql = {
    enable = true;
    database = "shop";
  };

  dotfiles = { };
}
