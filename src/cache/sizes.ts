/** The sizes of cache that the service makes, in GiB (CreateImageCache, "ImageCacheSize"). */
export const MIN_CACHE_SIZE_GIB = 20;
export const MAX_CACHE_SIZE_GIB = 32_768;
