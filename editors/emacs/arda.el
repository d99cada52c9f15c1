;;; arda.el --- The hosts, users and values of a Nix flake  -*- lexical-binding: t; -*-

;; Version: 0.1
;; Package-Requires: ((emacs "28.1"))
;; Keywords: languages, tools

;;; Commentary:

;; Starts `arda lsp' for Nix files.
;;
;; With eglot, which runs one server for a buffer:
;;
;;   (require 'arda)
;;   (arda-eglot-setup)
;;   (add-hook 'nix-mode-hook #'eglot-ensure)
;;
;; With lsp-mode, where arda runs beside nixd or nil:
;;
;;   (require 'arda)
;;   (arda-lsp-mode-setup)
;;   (add-hook 'nix-mode-hook #'lsp-deferred)

;;; Code:

(defgroup arda nil
  "The hosts, users and values of a Nix flake."
  :group 'tools)

(defcustom arda-command '("arda" "lsp")
  "The command that starts the language server."
  :type '(repeat string))

(defvar eglot-server-programs)

;;;###autoload
(defun arda-eglot-setup ()
  "Have eglot start arda for Nix files."
  (with-eval-after-load 'eglot
    (add-to-list 'eglot-server-programs
                 (cons '(nix-mode nix-ts-mode) (lambda (&rest _) arda-command)))))

(declare-function lsp-register-client "ext:lsp-mode")
(declare-function make-lsp-client "ext:lsp-mode")
(declare-function lsp-stdio-connection "ext:lsp-mode")
(declare-function lsp-activate-on "ext:lsp-mode")

;;;###autoload
(defun arda-lsp-mode-setup ()
  "Have lsp-mode start arda for Nix files, beside other servers."
  (with-eval-after-load 'lsp-mode
    (lsp-register-client
     (make-lsp-client
      :new-connection (lsp-stdio-connection (lambda () arda-command))
      :activation-fn (lsp-activate-on "nix")
      :priority -1
      :add-on? t
      :server-id 'arda))))

(provide 'arda)
;;; arda.el ends here
