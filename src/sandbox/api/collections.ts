/** Collections of the store that the server itself looks into. */
export const NAMESPACES = '/namespaces';
export const SERVICES = '/services';
export const CRDS = 'apiextensions.k8s.io/customresourcedefinitions';
