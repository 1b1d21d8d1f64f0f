#!/usr/bin/env bash
# One good release and one bad one, with Istio: see README.md beside this file.
router=istio
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly istio_version=1.27.1
readonly istio_at=https://istio.io/latest/docs/setup/getting-started/

needed_here() {
  needs istioctl "$istio_version, $istio_at"
  command -v istioctl >/dev/null || return 0
  local found
  found=$(istioctl version --remote=false --short 2>/dev/null || true)
  [[ $found == *"$istio_version"* ]] || missing+=("istioctl $istio_version instead of ${found:-this one} ($istio_at)")
}

install_router() {
  if [[ $reuse == yes ]] && kube get namespace istio-system >/dev/null 2>&1; then
    chapter 'Istio: there already'
    return
  fi
  chapter "Istio $istio_version, without gateways"
  istioctl install --context "$context" --set profile=minimal --skip-confirmation
}

how_to_remove_router() { echo "istioctl uninstall --purge removes it"; }

main "$@"
