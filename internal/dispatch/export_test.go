package dispatch

import "log/slog"

// IsAway is isAway.
var IsAway = isAway

// Health is health.
type Health = health

// NewHealth is a database that answers.
func NewHealth(log *slog.Logger) *Health { return &health{log: log} }

// Note is note.
func (h *health) Note(err error) { h.note(err) }

// Quietly is quietly.
var Quietly = quietly
