# shellcheck shell=bash
# What istio.sh and nginx.sh share: a cluster, the controller in it, one good release and one bad one.
# Each of the two sets `router`, defines `needed_here`, `install_router` and `how_to_remove_router`, and calls `main "$@"`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

readonly node_image=node:24-bookworm-slim
readonly helm_version=v3.19.0
readonly kustomize_version=v5.7.1
readonly app_namespace=sluice-demo
readonly metrics_namespace=sluice-demo-metrics
readonly mark=app.kubernetes.io/part-of=sluice-demo
readonly patience_seconds=600

usage() {
  cat <<TEXT
Usage: $0 [--reuse [--registry PREFIX]] [--image REFERENCE] [--delete]

Releases a good and a bad version of a demo app with Sluice and $router. Ends with 0 only when the good one was promoted and
the bad one rolled back.

  --reuse            work in the cluster of the present context instead of a new one of kind
  --registry PREFIX  push images there instead of loading them into kind, such as registry.example.com/team
  --image REFERENCE  take this image of the controller instead of building one
  --delete           remove what an earlier call made, and end
TEXT
}

chapter() { printf '\n== %s\n' "$*"; }
say() { printf '   %s\n' "$*"; }
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# What `sluice` needs in a clone where nothing was done yet.
prepare() { make --silent -C "$root" setup; }

kube() { kubectl --context "$context" "$@"; }
sluice() { (cd "$root" && npm run --silent sluice -- "$@" --context "$context"); }

# needs PROGRAM WHERE: notes the program as missing when it isn't there.
missing=()
needs() { command -v "$1" >/dev/null || missing+=("$1 ($2)"); }

check_tools() {
  needs docker https://docs.docker.com/get-docker/
  needs kubectl https://kubernetes.io/docs/tasks/tools/
  needs npm https://nodejs.org/
  [[ -n $registry ]] || needs kind https://kind.sigs.k8s.io/docs/user/quick-start/
  [[ -n $image ]] || needs curl https://curl.se/
  [[ $delete == yes ]] || needed_here
  ((${#missing[@]} == 0)) || fail "install these first: $(printf '%s; ' "${missing[@]}")"
  docker info >/dev/null 2>&1 || fail 'the Docker daemon does not answer: start it first'
}

choose_cluster() {
  cluster=sluice-$router
  context=kind-$cluster
  [[ $reuse == yes ]] || return 0
  context=$(kubectl config current-context) || fail 'kubectl has no present context to reuse'
  cluster=${context#kind-}
  [[ -n $registry || $delete == yes || $context == kind-* ]] ||
    fail "$context is no cluster of kind: name a registry that it can pull from with --registry"
}

create_cluster() {
  if [[ $reuse == yes ]]; then
    chapter "Cluster: the present context, $context"
  elif kind get clusters 2>/dev/null | grep -qx "$cluster"; then
    chapter "Cluster: $cluster, which is there already"
  else
    chapter "Cluster: a new one of kind, $cluster"
    kind create cluster --name "$cluster" --wait 120s
  fi
}

# sum_of FILE URL: the published SHA-256 of a file, from a list or from a file with nothing else in it.
sum_of() { curl --fail --silent --show-error --location "$2" | awk -v file="$1" 'NF == 1 || $2 == file { print $1 }'; }

build_controller() {
  chapter "Image of the controller: $image"
  docker pull --quiet "$node_image"
  local arch git helm kustomize
  arch=$(docker version --format '{{.Server.Arch}}')
  git=$(docker run --rm "$node_image" sh -c \
    "apt-get -qq update && apt-cache policy git | awk '/Candidate/ { print \$2 }'")
  helm=helm-$helm_version-linux-$arch.tar.gz
  kustomize=kustomize_${kustomize_version}_linux_$arch.tar.gz
  local helm_at=https://get.helm.sh
  local kustomize_at=https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2F$kustomize_version
  docker build --file "$root/deploy/Dockerfile" --tag "$image" \
    --build-arg NODE_IMAGE="$(docker image inspect --format '{{index .RepoDigests 0}}' "$node_image")" \
    --build-arg GIT_VERSION="$git" \
    --build-arg HELM_URL="$helm_at/$helm" \
    --build-arg HELM_SHA256="$(sum_of "$helm" "$helm_at/$helm.sha256sum")" \
    --build-arg KUSTOMIZE_URL="$kustomize_at/$kustomize" \
    --build-arg KUSTOMIZE_SHA256="$(sum_of "$kustomize" "$kustomize_at/checksums.txt")" \
    "$root"
}

# Three versions of the app; of the third, every fourth answer is an error.
build_app() {
  chapter "Images of the app: $app_image:1.0.0, 2.0.0 and the faulty 3.0.0"
  local version rate
  for version in 1.0.0 2.0.0 3.0.0; do
    rate=0
    [[ $version != 3.0.0 ]] || rate=0.25
    docker build --quiet --tag "$app_image:$version" --build-arg BASE="$image" --build-arg VERSION="$version" \
      --build-arg ERROR_RATE="$rate" "$here/demo"
  done
}

deliver() {
  if [[ -n $registry ]]; then
    local each
    for each in "$@"; do docker push --quiet "$each"; done
  else
    kind load docker-image --name "$cluster" "$@"
  fi
}

images() {
  local prefix=${registry:+$registry/}
  app_image=${prefix}sluice-demo
  if [[ -n $image ]]; then
    docker pull --quiet "$image" || docker image inspect "$image" >/dev/null || fail "there is no image $image"
  else
    image=${prefix}sluice:demo
    build_controller
  fi
  build_app
  deliver "$image" "$app_image:1.0.0" "$app_image:2.0.0" "$app_image:3.0.0"
}

install_controller() {
  chapter 'Prometheus and the controller'
  kube apply --filename "$here/manifests/prometheus"
  sluice install --mesh-provider "$router" --image "$image" \
    --metrics-server "http://prometheus.$metrics_namespace:9090"
  kube --namespace "$metrics_namespace" rollout status deployment/prometheus --timeout 180s
}

apply_demo() {
  chapter 'The demo, from its beginning: a Deployment, its users and a Canary'
  kube delete namespace "$app_namespace" --ignore-not-found
  kube apply --filename "$here/manifests/$router/namespace.yaml"
  sed "s#image: sluice-demo:#image: $app_image:#" "$here/manifests/app/shop.yaml" | kube apply --filename -
  kube apply --filename "$here/manifests/$router"
}

# follow PHASE...: tells what the canary does until it is in one of the phases, which is then in $phase.
follow() {
  local until=$((SECONDS + patience_seconds)) line told='' end
  while ((SECONDS < until)); do
    line=$(kube --namespace "$app_namespace" get canary shop \
      --output 'jsonpath={.status.phase} {.status.canaryWeight} % - {.status.next.why}')
    [[ $line == "$told" ]] || say "$line"
    told=$line
    phase=${line%% *}
    for end in "$@"; do
      if [[ $phase == "$end" ]]; then return 0; fi
    done
    sleep 2
  done
  explain
  fail "the canary was not $* within $patience_seconds seconds"
}

explain() {
  chapter 'sluice explain canary shop'
  sluice explain canary shop --namespace "$app_namespace"
}

# release VERSION: changes the image and follows the run to its end.
release() {
  chapter "Version $1"
  kube --namespace "$app_namespace" set image deployment/shop "shop=$app_image:$1"
  kube --namespace "$app_namespace" wait canary/shop --for 'jsonpath={.status.phase}=Progressing' --timeout 180s
  follow Succeeded Failed
  explain
}

image_of() {
  kube --namespace "$app_namespace" get deployment "$1" --output 'jsonpath={.spec.template.spec.containers[0].image}'
}

play() {
  chapter 'Version 1.0.0 is taken over'
  follow Initialized
  release 2.0.0
  [[ $phase == Succeeded && $(image_of shop-primary) == "$app_image:2.0.0" ]] || fail 'version 2.0.0 was not promoted'
  release 3.0.0
  [[ $phase == Failed && $(image_of shop-primary) == "$app_image:2.0.0" ]] || fail 'version 3.0.0 was not rolled back'
  chapter 'Version 2.0.0 was promoted, and version 3.0.0 was rolled back'
  say "look around: kubectl --context $context --namespace $app_namespace get canaries,deployments"
  say "remove it:   $0 --delete${reused}"
}

remove() {
  if [[ $reuse != yes ]]; then
    kind delete cluster --name "$cluster"
    return
  fi
  chapter "Removing the demo and the controller from $context"
  kube delete namespace,clusterrole,clusterrolebinding --selector "$mark" --ignore-not-found
  prepare
  sluice uninstall
  say "$router stays; $(how_to_remove_router)"
}

main() {
  reuse=no delete=no registry='' image='' reused=''
  while (($# > 0)); do
    case $1 in
      --reuse) reuse=yes reused=' --reuse' ;;
      --delete) delete=yes ;;
      --registry) registry=${2:?--registry needs a prefix} && shift ;;
      --image) image=${2:?--image needs a reference} && shift ;;
      --help) usage && exit ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
  [[ -z $registry || $reuse == yes ]] || fail '--registry goes with --reuse'
  check_tools
  choose_cluster
  if [[ $delete == yes ]]; then
    remove
    return
  fi
  prepare
  create_cluster
  images
  install_router
  install_controller
  apply_demo
  play
}
