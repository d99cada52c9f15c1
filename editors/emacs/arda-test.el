;;; arda-test.el --- Completion and hover in a real Emacs  -*- lexical-binding: t; -*-

;;; Commentary:

;; emacs -Q --batch -l arda-test.el, with ARDA_TEST_FLAKE, ARDA_TEST_PROGRAM and ARDA_TEST_PACKAGE in the environment.
;; Prints what completion offers behind `self.nixosConfigurations.', then what hovering shows there.  Emacs 28 has no
;; eglot; then the file is compiled, which is all that can be tested without one.

;;; Code:

(add-to-list 'load-path (getenv "ARDA_TEST_PACKAGE"))
(require 'arda)
(setq arda-command (list (getenv "ARDA_TEST_PROGRAM") "lsp"))

(if (not (require 'eglot nil t))
    (princ "no eglot\n")
  (define-derived-mode nix-mode prog-mode "Nix")
  (arda-eglot-setup)
  (setq eglot-sync-connect 60)
  (let ((vc-handled-backends nil)
        (project-find-functions
         (list (lambda (_) (cons 'transient (getenv "ARDA_TEST_FLAKE"))))))
    (find-file (expand-file-name "flake.nix" (getenv "ARDA_TEST_FLAKE")))
    (nix-mode)
    (apply #'eglot (eglot--guess-contact))
    (goto-char (point-min))
    (search-forward "self.nixosConfigurations.")
    (let ((server (eglot-current-server)) labels (tries 50))
      (while (and (> tries 0)
                  (let ((answer (jsonrpc-request
                                 server :textDocument/completion
                                 (eglot--TextDocumentPositionParams))))
                    (setq labels (mapcar (lambda (item) (plist-get item :label))
                                         (plist-get answer :items)))
                    (eq (plist-get answer :isIncomplete) t)))
        (setq tries (1- tries))
        (accept-process-output nil 0.2))
      (princ (concat (mapconcat #'identity labels " ") "\n"))
      (backward-char 3)
      (princ (concat (plist-get (plist-get (jsonrpc-request
                                            server :textDocument/hover
                                            (eglot--TextDocumentPositionParams))
                                           :contents)
                                :value)
                     "\n"))
      (eglot-shutdown server))))

;;; arda-test.el ends here
