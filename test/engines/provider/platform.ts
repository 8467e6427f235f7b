import { Attributes } from './values';
import { World } from './world';

/** Why a platform refuses a resource, in its own words where they are known. */
export interface Problem {
  /** The API's code, or the kind of the provider's own validation. */
  readonly summary: string;
  readonly detail: string;
  /** The attribute to blame. */
  readonly attribute?: string;
}

/** Judges one resource by itself. What is not known yet is left to the next time: plan and apply ask again. */
export type ConfigCheck = (config: Attributes) => Problem[];

/** Judges a resource among all others; the world holds it already. */
export type WorldCheck = (resource: Attributes, world: World) => Problem[];

/** What is known of a resource type beyond its schema. */
export interface ResourceRules {
  /** The id that the platform gives. */
  readonly id: (resource: Attributes, settings: ProviderSettings, serial: number) => string;
  /** The attributes whose change replaces the resource; a dot leads into a block. */
  readonly replacedBy: readonly string[];
  /** Computed values that others refer to, beside the id; everything else computed gets a plain value of its type. */
  readonly computed?: (resource: Attributes, settings: ProviderSettings, serial: number) => Attributes;
  readonly config?: readonly ConfigCheck[];
  readonly world?: readonly WorldCheck[];
  /** What keeps it from being deleted. */
  readonly deletion?: readonly WorldCheck[];
}

/** The provider's configuration as `provider "..." {}` gives it. */
export type ProviderSettings = Attributes;

export interface Platform {
  /** The name in `required_providers`. */
  readonly name: string;
  /** The address in Terraform's registry. */
  readonly source: string;
  /** The package that holds the typed classes. */
  readonly package: string;
  /** The modules of the package that the platform offers, and what is known of each beyond its schema. */
  readonly modules: { readonly [module: string]: ResourceRules };
}
