#!/usr/bin/env bash
# One good release and one bad one, with ingress-nginx: see README.md beside this file.
router=nginx
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

needed_here() { :; }

install_router() {
  if [[ $reuse == yes ]] && kube get namespace ingress-nginx >/dev/null 2>&1; then
    chapter 'ingress-nginx: there already'
    return
  fi
  chapter 'ingress-nginx'
  # Some versions of its manifest ask for a node with this label
  kube label node --all --overwrite ingress-ready=true
  kube apply --kustomize "$here/ingress-nginx"
  kube --namespace ingress-nginx rollout status deployment/ingress-nginx-controller --timeout 300s
}

how_to_remove_router() { echo "kubectl delete --kustomize $here/ingress-nginx removes it"; }

main "$@"
