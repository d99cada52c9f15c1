;;; arda-test.el --- Completion and hover in a real Emacs  -*- lexical-binding: t; -*-

;;; Commentary:

;; emacs -Q --batch -l arda-test.el, with ARDA_TEST_FLAKE, ARDA_TEST_PROGRAM, ARDA_TEST_PACKAGE and ARDA_TEST_CLIENT (`eglot'
;; or `lsp-mode') in the environment.  Prints what completion offers behind `self.nixosConfigurations.', then what hovering
;; shows there.  Where ARDA_TEST_TASK is `build', builds the host `quick' instead, and gives the build of `slow' up once
;; ARDA_TEST_STARTED is there.

;;; Code:

(setq package-load-list nil)
;; eglot comes with Emacs from 29 on.
(unless (and (equal (getenv "ARDA_TEST_CLIENT") "eglot") (>= emacs-major-version 29))
  (dolist (directory (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*" t))
    (add-to-list 'load-path directory)))
(add-to-list 'load-path (getenv "ARDA_TEST_PACKAGE"))
(require 'arda)
(setq arda-command (list (getenv "ARDA_TEST_PROGRAM") "lsp")
      create-lockfiles nil
      make-backup-files nil)
(define-derived-mode nix-mode prog-mode "Nix")

(defun arda-test-await (question)
  "Ask QUESTION until its answer is not nil, for at most a minute or so."
  (let ((tries 120) answer)
    (while (and (> tries 0) (not (setq answer (funcall question))))
      (setq tries (1- tries))
      (accept-process-output nil 0.3))
    answer))

(defun arda-test-show (complete hover)
  "Print what the functions COMPLETE and HOVER get at the place of interest."
  (goto-char (point-min))
  (search-forward "self.nixosConfigurations.")
  (princ (concat (mapconcat #'identity (arda-test-await complete) " ") "\n"))
  (backward-char 3)
  (princ (concat (arda-test-await hover) "\n")))

(defun arda-test-run (host actions title execute)
  "Build HOST: of what the function ACTIONS lists, EXECUTE the one whose TITLE says so."
  (goto-char (point-min))
  (search-forward (concat "nixosConfigurations." host))
  (backward-char 1)
  (let* ((wanted (concat "Build " host))
         (action (arda-test-await
                  (lambda ()
                    (seq-find (lambda (one) (equal (funcall title one) wanted))
                              (append (funcall actions) nil))))))
    (funcall execute action)
    (arda-test-await (lambda () arda--work))
    (princ (concat "begin " (cadr (car arda--work)) "\n"))))

(defun arda-test-build (actions title execute)
  "Build one host, and give the build of another one up.
ACTIONS lists actions, TITLE is that of one, EXECUTE runs one."
  (arda-test-run "quick" actions title execute)
  (arda-test-await (lambda () (null arda--work)))
  (princ (if arda--work "not ended\n" "end quick\n"))
  (arda-test-run "slow" actions title execute)
  (arda-test-await (lambda () (file-exists-p (getenv "ARDA_TEST_STARTED"))))
  (arda-cancel)
  (arda-test-await (lambda () (null arda--work)))
  (princ (if arda--work "not ended\n" "end slow\n")))

(defun arda-test-eglot ()
  "With eglot, as `eglot-ensure' starts it."
  (require 'eglot)
  (arda-eglot-setup)
  (setq eglot-sync-connect 60)
  (let ((project-find-functions
         (list (lambda (_) (cons 'transient (getenv "ARDA_TEST_FLAKE"))))))
    (find-file (expand-file-name "flake.nix" (getenv "ARDA_TEST_FLAKE")))
    (nix-mode)
    (apply #'eglot (eglot--guess-contact))
    (let ((server (eglot-current-server)))
      (if (equal (getenv "ARDA_TEST_TASK") "build")
          (arda-test-build
           (lambda () (eglot-code-actions (point) (point)))
           (lambda (action) (plist-get action :title))
           (lambda (action) (eglot-execute server action)))
        (arda-test-show
         (lambda ()
           (let ((answer (jsonrpc-request server :textDocument/completion
                                          (eglot--TextDocumentPositionParams))))
             (unless (eq (plist-get answer :isIncomplete) t)
               (mapcar (lambda (item) (plist-get item :label)) (plist-get answer :items)))))
         (lambda ()
           (let ((answer (jsonrpc-request server :textDocument/hover
                                          (eglot--TextDocumentPositionParams))))
             (plist-get (plist-get answer :contents) :value)))))
      (eglot-shutdown server))))

(defvar lsp-session-file)
(defvar lsp-client-packages)
(defvar lsp-language-id-configuration)
(defvar lsp-enable-file-watchers)
(defvar lsp-restart)

(defun arda-test-lsp-mode ()
  "With lsp-mode, where arda is an add-on."
  (setq lsp-session-file (expand-file-name "lsp-session" (getenv "HOME"))
        lsp-client-packages nil
        lsp-enable-file-watchers nil
        lsp-restart 'ignore)
  (require 'lsp-mode)
  (arda-lsp-mode-setup)
  (add-to-list 'lsp-language-id-configuration '(nix-mode . "nix"))
  (lsp-workspace-folders-add (getenv "ARDA_TEST_FLAKE"))
  (find-file (expand-file-name "flake.nix" (getenv "ARDA_TEST_FLAKE")))
  (nix-mode)
  (lsp)
  (arda-test-await (lambda () (lsp-feature? "textDocument/completion")))
  (if (equal (getenv "ARDA_TEST_TASK") "build")
      (arda-test-build
       #'lsp-code-actions-at-point
       (lambda (action) (lsp-get action :title))
       #'lsp-execute-code-action)
    (arda-test-show
     (lambda ()
       (let ((answer (lsp-request "textDocument/completion" (lsp--text-document-position-params))))
         (unless (eq (lsp-get answer :isIncomplete) t)
           (mapcar (lambda (item) (lsp-get item :label)) (append (lsp-get answer :items) nil)))))
     (lambda ()
       (let ((answer (lsp-request "textDocument/hover" (lsp--text-document-position-params))))
         (and answer (lsp-get (lsp-get answer :contents) :value))))))
  (mapc #'lsp-workspace-shutdown (lsp-workspaces)))

(if (equal (getenv "ARDA_TEST_CLIENT") "lsp-mode")
    (arda-test-lsp-mode)
  (arda-test-eglot))

;;; arda-test.el ends here
