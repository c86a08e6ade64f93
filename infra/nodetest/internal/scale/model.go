package scale

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	inFlightLimit    = 120_000
	firstConcurrency = 200 // the defaults of the template
	retryConcurrency = 50
	maxReceives      = 50
)

// model is the system with a model of AWS around the handlers.
type model struct {
	Scenario
	began  time.Time
	random *rand.Rand

	use                 *use
	store               *store
	told                *ledger
	first, retries, end *queue
	mappings            []*mapping
	fanout              *fanout.Handler
	ticker              *fanout.Ticker
	kinds               map[string]kind // of integrations
	users               []string
	events              atomic.Int64
	going               sync.WaitGroup
}

func newModel(s Scenario) *model {
	u := &use{}
	m := &model{
		Scenario: s, began: time.Now(), random: rand.New(rand.NewPCG(1, 2)), use: u, store: newStore(u, s.Scale),
		told: &ledger{outstanding: map[string]webhook.Ref{}}, kinds: map[string]kind{},
		first: newQueue("deliveries", inFlightLimit/s.Scale, s.Scale, u), retries: newQueue("retries", inFlightLimit/s.Scale, s.Scale, u),
		end: newQueue("dead", inFlightLimit, s.Scale, u),
	}
	m.first.maxReceive, m.first.behind = 1, m.retries
	m.retries.maxReceive, m.retries.behind = maxReceives, m.end
	log := slog.New(slog.NewJSONHandler(u, nil))
	emf := metrics.NewEMF(u, "WebhookIntegration", "model", time.Now)
	m.addIntegrations()
	m.fanout = &fanout.Handler{
		Source: fanout.DefaultSource(), Subscriptions: m.store, Sender: m, Metrics: emf, Log: log,
	}
	m.addTicker(emf, log)
	endpoints := &receivers{down: m.down, told: m.told, random: rand.New(rand.NewPCG(3, 4))}
	h := delivery.New(delivery.Config{
		Dispatches: m.store, Integrations: m.store, Queue: m, Requests: endpoints, Client: endpoints, Notices: m, Metrics: emf, Log: log,
	})
	for q, limit := range map[*queue]float64{m.first: firstConcurrency, m.retries: retryConcurrency} {
		m.mappings = append(m.mappings, &mapping{queue: q, slots: newSlots(limit / s.Scale), handle: h.Handle, use: u})
	}
	return m
}

// addIntegrations adds the integrations, each of a user of its own, with the first ones dead or hanging.
func (m *model) addIntegrations() {
	for n := range integrations {
		of := healthy
		switch {
		case n < m.Dead:
			of = dead
		case n < m.Dead+m.Hanging:
			of = hanging
		case n == 0 && m.PerMinute > 0:
			of = limited
		}
		in := webhook.Integration{
			ID: ids.New(m.began), UserID: strconv.Itoa(3000 + n), Name: "n", EventTypes: []webhook.EventType{webhook.Succeeded},
			RequestURL: fmt.Sprintf("https://%s-%d.example.com/", of, n), Status: webhook.Active, Version: 1,
			CreatedAt: m.began, ModifiedAt: m.began,
		}
		if of == limited {
			in.MaxPerMinute = m.PerMinute
		}
		m.store.add(in)
		m.kinds[in.ID], m.users = of, append(m.users, in.UserID)
	}
}

func (m *model) elapsed() time.Duration { return time.Since(m.began) }

func (m *model) down() bool { return m.elapsed() >= m.Down && m.elapsed() < m.Back }

// Send queues first attempts.
func (m *model) Send(ctx context.Context, msgs []webhook.Message) error {
	time.Sleep(roundTrip)
	m.use.requests((len(msgs) + batchSize - 1) / batchSize)
	for _, msg := range msgs {
		m.told.accept(msg, m.kinds[msg.IntegrationID])
		m.first.send(string(msg.Encode()), msg.Group(), 0)
	}
	return ctx.Err()
}

// Hide hides a message of either queue.
func (m *model) Hide(ctx context.Context, msg events.SQSMessage, d time.Duration) error {
	time.Sleep(roundTrip)
	m.use.requests(1)
	q := m.first
	if msg.EventSourceARN == m.retries.name {
		q = m.retries
	}
	q.hide(msg.MessageId, d)
	return ctx.Err()
}

// Notify takes a notice for the platform.
func (m *model) Notify(context.Context, webhook.Notice) error {
	m.use.event()
	return nil
}

// run runs the model to its end.
func (m *model) run() {
	ctx, stop := context.WithTimeout(context.Background(), m.Until)
	defer stop()
	for _, each := range m.mappings {
		m.going.Go(func() { each.run(ctx) })
	}
	m.going.Go(func() { m.ticks(ctx) })
	m.going.Go(func() { m.traffic(m.rate(), func() string { return m.users[m.random.IntN(len(m.users))] }) })
	if m.Burst > 0 {
		m.going.Go(func() { m.traffic(float64(m.Burst), func() string { return m.users[0] }) })
	}
	m.going.Wait()
}

// traffic puts events on the bus, ten in the time in which ten come at the full rate.
func (m *model) traffic(rate float64, user func() string) {
	every := time.Duration(batchSize / rate * float64(time.Second))
	within := gather / batchSize
	for m.elapsed() < m.Traffic {
		next := time.Now().Add(every)
		for range batchSize {
			id, n := user(), int(m.events.Add(1))
			m.going.Go(func() { m.put(id, n) })
			time.Sleep(min(within, every/batchSize))
		}
		time.Sleep(time.Until(next))
	}
}

// put has the fan-out handle an event.
func (m *model) put(user string, n int) {
	m.use.event()
	began := time.Now()
	err := m.fanout.Handle(context.Background(), events.EventBridgeEvent{
		ID: "e-" + strconv.Itoa(n), Source: m.fanout.Source.Name, DetailType: m.fanout.Source.DetailType, Time: began.UTC(),
		Detail: []byte(`{"userId":` + user + `,"eventType":"` + string(webhook.Succeeded) + `","createdAt":"` + began.UTC().Format(time.RFC3339) + `"}`),
	})
	m.use.invocation(time.Since(began), cpuEvent)
	if err != nil {
		panic(err)
	}
}
