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
;;
;; What code actions and lenses build or deploy, `arda-cancel' gives up.  eglot hears of it
;; from Emacs 30 on.

;;; Code:

(require 'seq)

(defgroup arda nil
  "The hosts, users and values of a Nix flake."
  :group 'tools)

(defcustom arda-command '("arda" "lsp")
  "The command that starts the language server."
  :type '(repeat string))

(defvar arda--work nil
  "What goes on: lists of a token, a title, and a function that gives it up.")

(defun arda--heard (token kind title cancel)
  "Note what `$/progress' says of TOKEN: its KIND, and the TITLE of what begins.
CANCEL gives it up."
  (pcase kind
    ("begin" (push (list token title cancel) arda--work))
    ("end" (setq arda--work (seq-remove (lambda (work) (equal (car work) token)) arda--work)))))

;;;###autoload
(defun arda-cancel ()
  "Give up what arda builds or deploys; ask which, if that is several.
A deployment that is given up ends where its host is safe."
  (interactive)
  (let* ((titles (mapcar #'cadr arda--work))
         (title (cond ((null titles) (user-error "Nothing goes on"))
                      ((cdr titles) (completing-read "Give up: " titles nil t))
                      (t (car titles))))
         (work (seq-find (lambda (one) (equal (cadr one) title)) arda--work)))
    (condition-case nil
        (progn
          (funcall (nth 2 work))
          (message "arda: %s is being given up" title))
      (error                            ; its server has ended, and what it built with it
       (setq arda--work (delq work arda--work))
       (message "arda: %s has ended" title)))))

(defvar eglot-server-programs)
(declare-function eglot--server-info "ext:eglot")
(declare-function jsonrpc-notify "jsonrpc")

(defun arda--eglot-heard (server method &rest params)
  "Hear a notification of SERVER, by the name METHOD and with PARAMS."
  (when (and (eq method '$/progress)
             (equal (plist-get (eglot--server-info server) :name) "arda"))
    (let ((token (plist-get params :token))
          (value (plist-get params :value)))
      (arda--heard token (plist-get value :kind) (plist-get value :title)
                   (lambda ()
                     (jsonrpc-notify server :window/workDoneProgress/cancel
                                     (list :token token)))))))

;;;###autoload
(defun arda-eglot-setup ()
  "Have eglot start arda for Nix files."
  (with-eval-after-load 'eglot
    (advice-add 'eglot-handle-notification :after #'arda--eglot-heard)
    (add-to-list 'eglot-server-programs
                 (cons '(nix-mode nix-ts-mode) (lambda (&rest _) arda-command)))))

(declare-function lsp-register-client "ext:lsp-mode")
(declare-function make-lsp-client "ext:lsp-mode")
(declare-function lsp-stdio-connection "ext:lsp-mode")
(declare-function lsp-activate-on "ext:lsp-mode")
(declare-function lsp-get "ext:lsp-mode")
(declare-function lsp-notify "ext:lsp-mode")
(declare-function lsp--workspace-buffers "ext:lsp-mode")
(defvar lsp-progress-function)

(defun arda--lsp-mode-heard (workspace params)
  "Hear `$/progress' of WORKSPACE with PARAMS, and have lsp-mode show it."
  (let ((token (lsp-get params :token))
        (value (lsp-get params :value)))
    (arda--heard token (lsp-get value :kind) (lsp-get value :title)
                 (lambda ()
                   (with-current-buffer (car (lsp--workspace-buffers workspace))
                     (lsp-notify "window/workDoneProgress/cancel" (list :token token))))))
  (funcall lsp-progress-function workspace params))

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
      :notification-handlers (let ((heard (make-hash-table :test #'equal)))
                               (puthash "$/progress" #'arda--lsp-mode-heard heard)
                               heard)
      :server-id 'arda))))

(provide 'arda)
;;; arda.el ends here
