namespace Declarative.Reporting;

/// <summary>How far a run has come, how fast it is and how long it will take.</summary>
internal sealed class ProgressClock(TimeProvider time, TrainingPlan plan)
{
    private readonly long start = time.GetTimestamp();

    /// <summary>The step at which the run ends.</summary>
    public long End => plan.FirstStep + plan.Steps;

    public TimeSpan Elapsed => time.GetElapsedTime(start);

    /// <summary>The part of all steps that is done, those before this run included, in [0, 1].</summary>
    public double Part(long step) => Math.Clamp((double)step / End, 0, 1);

    /// <summary>Steps per second of this run.</summary>
    public double Rate(long step) => (step - plan.FirstStep) / Math.Max(Elapsed.TotalSeconds, 1e-3);

    /// <summary>The time left, if the run goes on as it went so far; null before its first step.</summary>
    public TimeSpan? Left(long step)
    {
        double rate = Rate(step);
        double seconds = (End - step) / rate;
        return rate > 0 && seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(Math.Max(seconds, 0)) : null;
    }

    /// <summary>Which tenth of this run's own steps a step lies in.</summary>
    public long Tenth(long step) => (step - plan.FirstStep) * 10 / plan.Steps;
}
