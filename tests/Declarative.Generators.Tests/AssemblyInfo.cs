// TorchSharp's finalizers race with native calls on other threads, and two compilations at a time are no faster on two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
