// TorchSharp's finalizers race with native calls on other threads.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
